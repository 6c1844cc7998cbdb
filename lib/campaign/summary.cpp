// Means over the repeats of a configuration.
#include <algorithm>
#include <cmath>
#include <map>

#include "campaign/conduct.hpp"
#include "campaign/ledger.hpp"
#include "store/run_figures.hpp"

namespace ghee::campaign {

namespace {
struct Sums
{
    ConfigurationSummary summary;
    double seconds = 0, gross = 0, idle = 0, variance = 0;
    std::vector<double> nets;
    std::vector<std::string> flags;

    void add(RunReport const& run)
    {
        auto const figures = store::figures_of(run);
        if (run.outcome != Outcome::ok || !figures.gross.defined())
        {
            ++summary.others;
            return;
        }
        ++summary.runs;
        // What the joules are of: a training's own clock stops between its marks and would not fit them.
        seconds += figures.window.count() / static_cast<double>(std::max<std::int64_t>(1, run.training.passes));
        gross += figures.gross.value();
        idle += figures.idle.value();
        nets.push_back(figures.net.value());
        variance += std::pow(figures.net_uncertainty.value(), 2);
        store::add_flags(flags, figures.flags);
    }

    ConfigurationSummary mean() const
    {
        ConfigurationSummary result = summary;
        auto const n = static_cast<double>(summary.runs);
        if (summary.runs == 0)
        {
            result.seconds = Seconds(std::nan(""));
            return result;
        }
        result.quality = store::quality_text(flags);
        result.seconds = Seconds(seconds / n);
        result.gross = Joules(gross / n);
        result.idle = Watts(idle / n);
        double net = 0;
        for (double const value : nets)
            net += value / n;
        double spread = 0;
        for (double const value : nets)
            spread += (value - net) * (value - net);
        double const of_meters = std::sqrt(variance) / n;
        double const of_repeats = n > 1 ? std::sqrt(spread / (n - 1) / n) : 0;
        result.net = Joules(net);
        result.net_uncertainty = Joules(std::isnan(of_meters) ? of_meters : std::max(of_meters, of_repeats));
        return result;
    }
};
}  // namespace

std::vector<ConfigurationSummary> summarize(std::filesystem::path const& ledger)
{
    std::vector<std::string> order;
    std::map<std::string, Sums> sums;
    scan_ledger(ledger,
                [&](RunReport&& run)
                {
                    auto [found, fresh] = sums.try_emplace(run.task.config_id);
                    if (fresh)
                    {
                        order.push_back(run.task.config_id);
                        found->second.summary.configuration = run.task.configuration;
                    }
                    found->second.add(run);
                });
    std::vector<ConfigurationSummary> list;
    for (std::string const& id : order)
        list.push_back(sums.at(id).mean());
    return list;
}

}  // namespace ghee::campaign
