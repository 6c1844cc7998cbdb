// The real daemon in a process of its own, replaying a trace whose energy is known.
#pragma once

#include <csignal>
#include <optional>

#include "running_server.hpp"
#include "sys/process.hpp"

namespace ghee::meter::test {

/// A child that says something on GHEE_FD when it is ready.
class ReadyChild
{
  public:
    explicit ReadyChild(std::vector<std::string> argv, std::filesystem::path const& output = {}) : pipe_(sys::make_pipe())
    {
        sys::Command command;
        command.argv = std::move(argv);
        command.report_fd = pipe_.write.value();
        command.output = output;
        child_.emplace(command);
        pipe_.write.reset();
        said_ = sys::LineStream(std::move(pipe_.read)).read(in(20)).text;
    }
    /// The line it said; empty where it ended or hung instead.
    std::string const& said() const { return said_; }
    sys::Child& child() { return *child_; }
    pid_t pid() const { return child_->pid(); }
    void kill() { ::kill(pid(), SIGKILL); }

  private:
    sys::Pipe pipe_;
    std::optional<sys::Child> child_;
    std::string said_;
};

/// 250 W for an hour, twenty samples a second, as a counter.
inline std::string ramp_csv()
{
    std::string text = "t_s,energy_j\n";
    for (int i = 0; i < 72000; ++i)
        text += std::to_string(i * 0.05) + "," + std::to_string(i * 12.5) + "\n";
    return text;
}
/// 100 W for an hour, ten samples a second, as a gauge.
inline std::string constant_csv()
{
    std::string text = "t_s,power_w\n";
    for (int i = 0; i < 36000; ++i)
        text += std::to_string(i * 0.1) + ",100\n";
    return text;
}

class RunningDaemon
{
  public:
    explicit RunningDaemon(std::vector<std::string> const& arguments = {}, std::string const& trace = constant_csv())
    {
        ghee::test::write_file(folder_ / "trace.csv", trace);
        std::vector<std::string> argv{
            GHEE_POWERD, "--socket", socket().string(), "--ready-fd", "3", "--meters", "replay:" + (folder_ / "trace.csv").string()};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        process_.emplace(argv, folder_ / "log");
    }
    /// In good order, so that a sanitized daemon tells its leaks.
    ~RunningDaemon() { process_->child().terminate(Seconds(20)); }
    RunningDaemon(RunningDaemon const&) = delete;
    RunningDaemon& operator=(RunningDaemon const&) = delete;
    ReadyChild& process() { return *process_; }
    std::filesystem::path socket() const { return folder_ / "powerd.sock"; }
    std::string log() const { return ghee::test::read_file(folder_ / "log"); }
    Client client() const { return Client(socket()); }

  private:
    ghee::test::TemporaryFolder folder_;
    std::optional<ReadyChild> process_;
};

}  // namespace ghee::meter::test
