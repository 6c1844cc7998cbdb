// The worker of rank 0's own node: a thread of the same process, joined to the coordinator through memory.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "campaign/transport.hpp"
#include "campaign/worker.hpp"
#include "campaign/worker_loop.hpp"

namespace ghee::campaign {

class LocalWorker
{
  public:
    /// Looks at the node (throws Error where that fails) and starts the thread.
    LocalWorker(WorkerSettings, std::shared_ptr<Waker> coordinator_waker);
    /// Breaks off what runs and waits for the thread.
    ~LocalWorker();
    LocalWorker(LocalWorker const&) = delete;
    LocalWorker& operator=(LocalWorker const&) = delete;

    /// The coordinator's end of the line; once.
    std::unique_ptr<Transport> take_line() { return std::move(coordinator_end_); }

  private:
    std::unique_ptr<Transport> coordinator_end_;
    std::unique_ptr<Transport> worker_end_;
    std::shared_ptr<Waker> waker_ = std::make_shared<Waker>();
    std::atomic<bool> quit_{false};
    std::thread thread_;
};

/// Does runs in earnest: run_measured on this node, with one standing connection to its power daemon.
Runner::Do measured_runs(NodeInfo const&);
/// Keeps this process (worker, coordinator, and the daemon it may start) off the measured CPUs, where the node has enough of them.
void keep_off_measured_cpus(NodeInfo const&);

}  // namespace ghee::campaign
