// Thread, line and node of a worker.
#include "campaign/local_worker.hpp"

#include "base/log.hpp"
#include "campaign/measured_run.hpp"
#include "campaign/memory_transport.hpp"
#include "sys/affinity.hpp"

namespace ghee::campaign {

LocalWorker::LocalWorker(WorkerSettings settings, std::shared_ptr<Waker> coordinator_waker)
{
    NodeInfo const node = describe_node();
    keep_off_measured_cpus(node);
    auto line = make_memory_line(std::move(coordinator_waker), waker_, monotonic_clock());
    coordinator_end_ = std::move(line.coordinator_end);
    worker_end_ = std::move(line.worker_end);
    thread_ = std::thread(
        [this, settings, node]
        {
            try
            {
                Worker worker(settings, node, monotonic_clock());
                serve(worker, {worker_end_.get(), 0, waker_}, measured_runs(node),
                      [this] { return std::string(quit_ ? "the coordinator ends" : ""); });
            }
            catch (std::exception const& error)
            {
                // The coordinator notices the silence; people must know why.
                log_error(std::string("the worker of this node has ended: ") + error.what());
            }
        });
}

LocalWorker::~LocalWorker()
{
    quit_ = true;
    waker_->wake();
    thread_.join();
}

Runner::Do measured_runs(NodeInfo const& node)
{
    // One connection for all runs: a private daemon goes when its last client has gone.
    auto line = std::make_shared<std::unique_ptr<MeterLine>>();
    Bench bench;
    bench.node = node.name;
    bench.cpus = node.measured_cpus;
    bench.gpus = node.visible_gpus;
    return [line, bench](StartRun const& run, Abort const& abort, Watcher const& watcher)
    {
        if (!*line)
            *line = std::make_unique<MeterLine>(open_daemon(run.orders));
        return run_measured(run.assignment, run.orders, bench, **line, abort, watcher);
    };
}

void keep_off_measured_cpus(NodeInfo const& node)
{
    if (!node.service_cpus.empty() && node.service_cpus != node.measured_cpus)
        sys::pin_process(node.service_cpus);
}

}  // namespace ghee::campaign
