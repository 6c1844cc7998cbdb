// Reading the daemon's command line.
#include "options.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>

#include <boost/program_options.hpp>

#include "base/error.hpp"
#include "base/version.hpp"
#include "meter/client.hpp"
#include "option_error.hpp"
#include "power/source.hpp"
#include "sys/affinity.hpp"

namespace ghee::powerd {

namespace po = boost::program_options;

namespace {
/// "rapl,nvml" are two; a file's name may hold commas.
void add_meters(std::vector<std::string>& meters, std::string const& text)
{
    if (text.starts_with("replay:"))
    {
        meters.push_back(text);
        return;
    }
    for (std::size_t begin = 0; begin <= text.size();)
    {
        std::size_t const end = std::min(text.find(',', begin), text.size());
        if (end > begin)
            meters.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

uid_t user_id(std::string const& name)
{
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 65536> texts;
    int const fault = ::getpwnam_r(name.c_str(), &entry, texts.data(), texts.size(), &found);
    if (found)
        return found->pw_uid;
    if (!name.empty() && name.find_first_not_of("0123456789") == std::string::npos && name.size() < 10)
        return static_cast<uid_t>(std::stoul(name));
    throw UsageError("--allow-user: no user '" + name + "'", fault ? errno_text(fault) : "");
}
}  // namespace

std::optional<Options> read_options(std::vector<std::string> const& arguments)
{
    Options options;
    std::string socket, cpus;
    std::vector<std::string> meters, users;
    double period_ms = 100, linger = options.linger.count();
    po::options_description all("options");
    auto add = all.add_options();
    add("socket", po::value(&socket)->value_name("PATH"), (std::string("where to listen (") + meter::system_socket + ")").c_str());
    add("private", po::bool_switch(&options.is_private), "for this user alone; ends when its last client has gone, or when none came in 30 s");
    add("tidy", po::bool_switch(&options.tidy),
        "with --private: at a good end remove the log (the socket's name with .log, if it is standard error) and the folder, if nothing else is in "
        "it");
    add("linger", po::value(&linger)->value_name("S"), "a private daemon waits this long after its last client (3)");
    add("meters", po::value(&meters)->value_name("LIST")->composing(),
        "auto, or names in order of preference: rapl, pm_counters, nvml, hwmon, estimate, replay:FILE");
    add("period-ms", po::value(&period_ms)->value_name("MS"), "between two readings (100)");
    add("primary", po::value(&options.primary)->value_name("CHANNEL"), "the channel a run is charged with (auto)");
    add("cpus", po::value(&cpus)->value_name("LIST"), "run on these CPUs only, as 0-3,8");
    add("allow-user", po::value(&users)->value_name("NAME")->composing(), "besides root and the daemon's own user (repeatable)");
    add("ready-fd", po::value(&options.ready_fd)->value_name("FD"), "write a byte to this descriptor when listening");
    add("list", po::bool_switch(&options.list), "print the channels, and what is absent and why, then exit");
    add("json", po::bool_switch(&options.json), "with --list: as JSON");
    add("version", "the version");
    add("help,h", "this text");
    po::variables_map values;
    try
    {
        po::store(po::command_line_parser(arguments).options(all).positional(po::positional_options_description()).run(), values);
        po::notify(values);
    }
    catch (po::error const& error)
    {
        throw option_error(error, "ghee-powerd", "[OPTIONS]", all);
    }
    if (values.count("help"))
    {
        std::cout << "usage: ghee-powerd [OPTIONS]\n\nowns this node's power meters: samples, the measurement lease, one socket\n\n" << all;
        return std::nullopt;
    }
    if (values.count("version"))
    {
        std::cout << "ghee-powerd " << version() << " (" << commit() << ")\n";
        return std::nullopt;
    }
    if (!(period_ms >= power::shortest_period_ms && period_ms <= power::longest_period_ms))
        throw UsageError("--period-ms must lie between " + std::to_string(power::shortest_period_ms) + " and " +
                         std::to_string(power::longest_period_ms));
    if (!(linger >= 0 && linger <= 86'400))
        throw UsageError("--linger must lie between 0 and 86400");
    if (options.is_private && socket.empty())
        throw UsageError("--private needs --socket", "a private daemon has no usual place");
    if (options.is_private && !users.empty())
        throw UsageError("--allow-user does not go with --private", "a private daemon is for one user");
    if (options.tidy && !options.is_private)
        throw UsageError("--tidy goes with --private only", "the folder of a system's daemon is the system's");
    if (options.json && !options.list)
        throw UsageError("--json goes with --list only");
    options.socket = socket.empty() ? meter::system_socket : socket;
    options.period = Seconds(period_ms / 1000);
    options.linger = Seconds(linger);
    if (!meters.empty())
        options.meters.clear();
    for (std::string const& text : meters)
        add_meters(options.meters, text);
    if (options.meters.empty())
        throw UsageError("--meters names none");
    for (std::string const& user : users)
        options.allowed.push_back(user_id(user));
    try
    {
        if (!cpus.empty())
            options.cpus = sys::parse_cpu_list(cpus);
    }
    catch (Error const& error)
    {
        throw UsageError(std::string("--cpus: ") + error.what());
    }
    return options;
}

}  // namespace ghee::powerd
