// Adding up the accounts of one run.
#include "store/run_figures.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "record/flag.hpp"

namespace ghee::store {

namespace {
EnergyAccount const* find_account(RunReport const& report, char const* channel, char const* phase_name)
{
    auto const found = std::find_if(report.accounts.begin(), report.accounts.end(),
                                    [&](EnergyAccount const& account) { return account.channel == channel && account.phase == phase_name; });
    return found == report.accounts.end() ? nullptr : &*found;
}

RunFigures add(std::vector<EnergyAccount const*> const& accounts, double passes)
{
    RunFigures sum;
    double gross = 0, net = 0, idle_energy = 0, idle_error = 0, other_variance = 0, covered = 0;
    Seconds window{0};
    for (EnergyAccount const* account : accounts)
    {
        double const duration = account->duration.count();
        double const by_idle = account->idle_sd.value() * duration;
        double const variance = account->net_uncertainty.value() * account->net_uncertainty.value();
        window += account->duration;
        gross += account->gross.value();
        net += account->net.value();
        idle_energy += account->idle.value() * duration;
        idle_error += by_idle;
        other_variance += std::isnan(variance) ? variance : std::max(0.0, variance - by_idle * by_idle);
        covered += account->coverage * duration;
        sum.samples += account->samples;
        sum.estimated = sum.estimated || account->estimated;
        sum.phases += (sum.phases.empty() ? "" : "+") + account->phase;
        add_flags(sum.flags, account->flags);
    }
    bool const lasted = window.count() > 0;
    sum.window = window;
    sum.gross = Joules(gross / passes);
    sum.net = Joules(net / passes);
    sum.net_uncertainty = Joules(std::sqrt(idle_error * idle_error + other_variance) / passes);
    sum.idle = lasted ? Watts(idle_energy / window.count()) : Watts();
    sum.coverage = lasted ? covered / window.count() : std::numeric_limits<double>::quiet_NaN();
    return sum;
}

/// By one of the sums over channels: "primary", "device".
RunFigures charged(RunReport const& report, char const* channel)
{
    EnergyAccount const* const train = find_account(report, channel, phase::train);
    EnergyAccount const* const evaluate = find_account(report, channel, phase::evaluate);
    EnergyAccount const* const whole = find_account(report, channel, phase::whole);
    std::vector<EnergyAccount const*> accounts;
    if (train)
        accounts.push_back(train);
    if (train && evaluate)
        accounts.push_back(evaluate);
    if (!train && whole)
        accounts.push_back(whole);
    if (accounts.empty())
        return {};
    RunFigures figures = add(accounts, static_cast<double>(std::max<std::int64_t>(1, report.training.passes)));
    if (report.training.samples > 0)
        figures.joules_per_sample = figures.net.value() / static_cast<double>(report.training.samples);
    return figures;
}
}  // namespace

void add_flags(std::vector<std::string>& flags, std::vector<std::string> const& more)
{
    for (std::string const& flag : more)
        if (std::find(flags.begin(), flags.end(), flag) == flags.end())
            flags.push_back(flag);
}

std::string quality_text(std::vector<std::string> const& flags)
{
    std::string text;
    for (std::string const& flag : flags)
        text += (text.empty() ? "" : " ") + flag;
    return text.empty() ? "ok" : text;
}

std::string quality_of(RunFigures const& figures) { return figures.phases.empty() ? "unmetered" : quality_text(figures.flags); }

RunFigures figures_of(RunReport const& report) { return charged(report, "primary"); }

RunFigures device_figures_of(RunReport const& report) { return charged(report, "device"); }

FinalScores scores_of(std::vector<EpochRecord> const& history)
{
    FinalScores scores;
    if (history.empty())
        return scores;
    EpochRecord const& last = history.back();
    scores = {last.train_loss, last.test_loss, last.test_accuracy};
    return scores;
}

FinalScores scores_of(TrainingResult const& training)
{
    if (training.replicas.empty())
        return scores_of(training.history);
    FinalScores mean{0, 0, 0};
    auto const count = static_cast<double>(training.replicas.size());
    for (ReplicaResult const& replica : training.replicas)
    {
        FinalScores const own = scores_of(replica.history);
        mean.train_loss += own.train_loss;
        mean.test_loss += own.test_loss;
        mean.test_accuracy += own.test_accuracy;
    }
    return {mean.train_loss / count, mean.test_loss / count, mean.test_accuracy / count};
}

RunFigures share_of(ReplicaResult const& replica, TrainingResult const& group, RunFigures const& figures)
{
    RunFigures own = figures;
    if (own.phases.empty())
        return own;
    double const share = static_cast<double>(replica.samples) / static_cast<double>(group.samples);
    own.gross = share * figures.gross;
    own.net = share * figures.net;
    own.net_uncertainty = share * figures.net_uncertainty;
    own.joules_per_sample = replica.samples > 0 ? figures.joules_per_sample : std::numeric_limits<double>::quiet_NaN();
    add_flags(own.flags, {flag::replica_share});
    return own;
}

}  // namespace ghee::store
