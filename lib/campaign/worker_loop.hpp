// The worker at work: its state machine between the line, the runner and the node's signals.
#pragma once

#include <functional>
#include <memory>

#include "campaign/runner.hpp"
#include "campaign/transport.hpp"
#include "campaign/worker.hpp"

namespace ghee::campaign {

struct WorkerLine
{
    Transport* transport = nullptr;
    int coordinator = 0;  ///< its rank on that line
    std::shared_ptr<Waker> waker;
};

/// Serves until dismissed, orphaned, or told to quit: `quit_reason` is asked now and then; not empty: give back and go. Blocks.
Depart serve(Worker&, WorkerLine const&, Runner::Do const&, std::function<std::string()> const& quit_reason);

/// This node as workers announce it: host facts, backends and why they refuse, version.
NodeInfo describe_node();

}  // namespace ghee::campaign
