// ghee idle: what this node takes when nothing runs on it, and how sure that is.
#include <cmath>
#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "energy/account.hpp"
#include "node_meter.hpp"
#include "verb.hpp"

namespace ghee::app {

namespace {
constexpr Seconds patience{60};

struct Idle
{
    std::string channel;
    Watts mean;
    Watts standard_error;
    bool primary = false;
    bool estimated = false;
};

std::vector<Idle> measure(meter::Client& client, Seconds duration)
{
    if (!client.acquire_lease("ghee idle", patience))
    {
        auto const& holder = client.lease_holder();
        throw Error("this node is being measured", holder ? "by '" + holder->run + "', process " + std::to_string(holder->pid) : "",
                    "try again later");
    }
    auto const begin = monotonic_clock().now();
    auto const end = begin + std::chrono::duration_cast<std::chrono::nanoseconds>(duration);
    monotonic_clock().sleep_until(end);
    auto const traces = client.trace(begin, end);
    client.release_lease();
    std::vector<Idle> all;
    for (Trace const& trace : traces)
    {
        Idle idle{trace.channel.name, {}, {}, trace.channel.primary, trace.channel.estimated};
        if (auto const baseline = energy::baseline(trace, {begin, end}))
        {
            idle.mean = baseline->mean;
            idle.standard_error = baseline->standard_error;
        }
        all.push_back(idle);
    }
    return all;
}

/// The primary channels added; their errors as of independent meters. Undefined where one of them is.
Idle sum_of_primary(std::vector<Idle> const& all)
{
    Idle sum{"", Watts(0), Watts(0), true, false};
    double variance = 0;
    for (Idle const& idle : all)
    {
        if (!idle.primary)
            continue;
        sum.channel += (sum.channel.empty() ? "" : "+") + idle.channel;
        sum.mean += idle.mean;
        variance += idle.standard_error.value() * idle.standard_error.value();
        sum.estimated = sum.estimated || idle.estimated;
    }
    sum.standard_error = Watts(std::sqrt(variance));
    return sum;
}

nlohmann::json number(Watts power) { return power.defined() ? nlohmann::json(power.value()) : nlohmann::json(nullptr); }

void print_json(std::vector<Idle> const& all, Idle const& sum, double seconds)
{
    nlohmann::json channels = nlohmann::json::array();
    for (Idle const& idle : all)
        channels.push_back({{"channel", idle.channel},
                            {"idle_w", number(idle.mean)},
                            {"idle_sd_w", number(idle.standard_error)},
                            {"primary", idle.primary},
                            {"estimated", idle.estimated}});
    std::cout << nlohmann::json{{"seconds", seconds},
                                {"meter", sum.channel},
                                {"estimated", sum.estimated},
                                {"idle_w", number(sum.mean)},
                                {"idle_sd_w", number(sum.standard_error)},
                                {"channels", channels}}
                     .dump(2)
              << "\n";
}

std::string text_of(Idle const& idle)
{
    if (!idle.mean.defined())
        return "too few samples";
    return fmt::format("{:.2f} W, standard error {:.2f} W{}", idle.mean.value(), idle.standard_error.value(), idle.estimated ? ", estimated" : "");
}
}  // namespace

ExitCode idle(std::vector<std::string> const& arguments)
{
    namespace po = boost::program_options;
    double seconds = 10;
    std::string meters;
    bool json = false;
    po::options_description options("options");
    auto add = options.add_options();
    add("seconds", po::value(&seconds)->default_value(seconds, "10")->value_name("S"), "how long to look");
    add("meters", po::value(&meters)->default_value("auto")->value_name("LIST"), "as of ghee-powerd");
    add("json", po::bool_switch(&json), "as JSON");
    if (parse("idle", "[--seconds S] [--meters LIST] [--json]", arguments, options).help)
        return ExitCode::done;
    if (!(seconds >= 0.5 && seconds <= 86'400))
        throw UsageError("--seconds must lie between 0.5 and 86400");
    try
    {
        NodeMeter meter(meters);
        auto const all = measure(meter.client(), Seconds(seconds));
        Idle const sum = sum_of_primary(all);
        if (json)
            print_json(all, sum, seconds);
        else
        {
            for (Idle const& idle : all)
                std::cout << (idle.primary ? "* " : "  ") << idle.channel << ": " << text_of(idle) << "\n";
            std::cout << "idle: " << text_of(sum) << "\n";
        }
    }
    catch (meter::Lost const& lost)
    {
        throw Error(lost.what());
    }
    return ExitCode::done;
}

}  // namespace ghee::app
