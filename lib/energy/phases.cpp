// From marks to the windows of each phase.
#include <algorithm>

#include "energy/account.hpp"

namespace ghee::energy {

std::vector<Phase> phases_of(std::span<Mark const> marks, Window whole)
{
    std::vector<Phase> phases{{phase::whole, {whole}}};
    std::vector<Mark> named;
    std::copy_if(marks.begin(), marks.end(), std::back_inserter(named), [](Mark const& m) { return m.phase != phase::whole; });
    for (std::size_t i = 0; i < named.size(); ++i)
    {
        Window const window{std::clamp(named[i].at, whole.begin, std::max(whole.begin, whole.end)),
                            i + 1 < named.size() ? std::min(named[i + 1].at, whole.end) : whole.end};
        if (window.end <= window.begin)
        {
            continue;
        }
        auto found = std::find_if(phases.begin(), phases.end(), [&](Phase const& p) { return p.name == named[i].phase; });
        if (found == phases.end())
        {
            found = phases.insert(phases.end(), Phase{named[i].phase, {}});
        }
        // Two marks of the same phase in a row are one window.
        if (!found->windows.empty() && found->windows.back().end == window.begin)
        {
            found->windows.back().end = window.end;
        }
        else
        {
            found->windows.push_back(window);
        }
    }
    return phases;
}

}  // namespace ghee::energy
