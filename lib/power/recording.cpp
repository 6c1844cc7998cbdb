// Parsing of recorded traces.
#include "power/recording.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <sstream>

#include "base/error.hpp"
#include "sys/file.hpp"

namespace ghee::power {

namespace {

std::optional<double> number(std::string_view text)
{
    double value = 0.0;
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const whole = problem == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
    return whole ? std::optional(value) : std::nullopt;
}

/// Seconds of "07-25-2024 18:34:36.062" on a calendar without time zones: only differences are used.
std::optional<double> seconds_of(std::string const& stamp)
{
    std::tm when{};
    double seconds = 0.0;
    if (std::sscanf(stamp.c_str(), "%2d-%2d-%4d %2d:%2d:%lf", &when.tm_mon, &when.tm_mday, &when.tm_year, &when.tm_hour, &when.tm_min, &seconds) != 6)
    {
        return std::nullopt;
    }
    when.tm_mon -= 1;
    when.tm_year -= 1900;
    return static_cast<double>(::timegm(&when)) + seconds;
}

struct Pair
{
    double time;
    double value;
};

std::optional<Pair> csv_line(std::string const& line)
{
    auto const comma = line.find(',');
    auto const time = number(std::string_view(line).substr(0, comma));
    auto const value = comma == std::string::npos ? std::nullopt : number(std::string_view(line).substr(comma + 1));
    return time && value ? std::optional(Pair{*time, *value}) : std::nullopt;
}

std::optional<Pair> ptdaemon_line(std::string const& line)
{
    auto const watts = line.find(",Watts,");
    if (!line.starts_with("Time,") || watts == std::string::npos)
    {
        return std::nullopt;
    }
    auto const begin = watts + 7;
    auto const time = seconds_of(line.substr(5, watts - 5));
    auto const value = number(std::string_view(line).substr(begin, line.find(',', begin) - begin));
    return time && value ? std::optional(Pair{*time, *value}) : std::nullopt;
}

}  // namespace

Recording read_recording(std::filesystem::path const& path)
{
    std::istringstream file(sys::read_text(path));
    Recording out;
    bool ptdaemon = false;
    double origin = 0.0;
    std::string line;
    for (int count = 1; std::getline(file, line); ++count)
    {
        if (!line.empty() && line.back() == '\r')
        {
            line.pop_back();
        }
        auto const fail = [&](std::string const& problem, std::string const& why, std::string const& suggestion = {})
        { throw Error(path.string() + ":" + std::to_string(count) + ": " + problem, why, suggestion); };
        if (count == 1)
        {
            ptdaemon = line.starts_with("Time,");
            if (line == "t_s,energy_j" || line == "seconds,joules")
            {
                out.kind = ChannelKind::counter;
                continue;
            }
            if (line == "t_s,power_w" || line == "seconds,watts")
            {
                continue;
            }
            if (!ptdaemon)
            {
                fail("not a recorded trace", "its first line is '" + line.substr(0, 60) + "'", "start it with t_s,power_w or t_s,energy_j");
            }
        }
        if (line.empty())
        {
            continue;
        }
        auto const pair = ptdaemon ? ptdaemon_line(line) : csv_line(line);
        if (!pair)
        {
            fail("not a sample", "'" + line.substr(0, 60) + "'");
        }
        if (out.seconds.empty())
        {
            origin = pair->time;
        }
        if (!out.seconds.empty() && pair->time - origin <= out.seconds.back())
        {
            fail("time does not advance", "samples must be in order, no two at one time");
        }
        if (out.kind == ChannelKind::counter && !out.values.empty() && pair->value < out.values.back())
        {
            fail("energy falls", "a recorded counter must be unwrapped");
        }
        out.seconds.push_back(pair->time - origin);
        out.values.push_back(pair->value);
    }
    if (out.seconds.size() < 2)
    {
        throw Error(path.string() + ": too short to replay", std::to_string(out.seconds.size()) + " samples");
    }
    std::vector<double> distance;
    for (std::size_t i = 0; i + 1 < out.seconds.size(); ++i)
    {
        distance.push_back(out.seconds[i + 1] - out.seconds[i]);
    }
    auto const middle = distance.begin() + static_cast<std::ptrdiff_t>(distance.size() / 2);
    std::nth_element(distance.begin(), middle, distance.end());
    out.period = Seconds(*middle);
    return out;
}

}  // namespace ghee::power
