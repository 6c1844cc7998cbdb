// What several refusals have in common.
#include "mlp/reasons.hpp"

#include <algorithm>

namespace ghee::mlp {

namespace {
/// Behind the last parenthesis.
std::string remedy_of(std::string const& why)
{
    auto const end = why.rfind(") ");
    return end == std::string::npos ? std::string() : why.substr(end + 2);
}
}  // namespace

Reasons sum_up(std::span<Refusal const> refusals)
{
    Reasons reasons;
    if (refusals.empty())
        return reasons;
    Refusal const& first = refusals.front();
    auto const all = [&](auto const& agrees) { return refusals.size() > 1 && std::all_of(refusals.begin(), refusals.end(), agrees); };
    if (all([&](Refusal const& one) { return one.why == first.why; }))
        return {first.why, {}};
    std::string const remedy = remedy_of(first.why);
    if (!remedy.empty() && all([&](Refusal const& one) { return remedy_of(one.why) == remedy; }))
        reasons.remedy = remedy;
    for (Refusal const& one : refusals)
    {
        reasons.why += (reasons.why.empty() ? "" : "; ") + one.backend + ": " + one.why;
        if (!reasons.remedy.empty())
            reasons.why.resize(reasons.why.size() - remedy.size() - 1);
    }
    return reasons;
}

}  // namespace ghee::mlp
