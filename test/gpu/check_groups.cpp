// Case after case of one subject.
#include "check_groups.hpp"

#include <map>

#include "examine.hpp"
#include "examine_group.hpp"
#include "json_line.hpp"

namespace ghee::gpu {

GroupsChecked check_groups(Subject const& subject, bool few, double stricter, std::chrono::steady_clock::time_point deadline)
{
    auto const begin = std::chrono::steady_clock::now();
    GroupsChecked result;
    int ran = 0, compared = 0, without = 0;
    double longest = 0, worst = 0;
    std::map<std::string, int> refusals;
    auto const cases = few ? few_group_cases() : group_cases();
    for (GroupCase one : cases)
    {
        if (std::chrono::steady_clock::now() >= deadline || result.dead)
        {
            result.all_ran = false;
            break;
        }
        ++ran;
        one.tolerance /= stricter;
        GroupExamination const examination(one);
        if (std::string const why = subject.backend->refuses(examination.spec_for(subject)); !why.empty())
        {
            ++refusals[why];
            continue;
        }
        GroupExamination::Finding finding;
        try
        {
            finding = examination.of(subject);
        }
        catch (std::exception const& error)
        {
            finding.compared = true;
            finding.mistakes = error.what();
            result.dead = true;
        }
        ++(finding.compared ? compared : without);
        longest = std::max(longest, finding.longest_go_on);
        worst = std::max(worst, finding.off);
        if (finding.mistakes.empty())
            continue;
        ++result.wrong;
        say_wrong(subject, "group: " + one.name, finding.mistakes);
    }
    std::vector<std::string> told;
    for (auto const& [why, times] : refusals)
        told.push_back(why + " (" + std::to_string(times) + ")");
    JsonLine line;
    line.put("kind", "groups").put("subject", subject.name()).put("ran", ran).put("of", cases.size()).put("compared", compared);
    line.put("without_a_group", without).put("wrong", result.wrong).put("worst_share_of_tolerance", worst).put("longest_go_on_s", longest);
    line.put("seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()).list("refusals", told).print();
    return result;
}

}  // namespace ghee::gpu
