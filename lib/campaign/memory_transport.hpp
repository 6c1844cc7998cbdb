// Transport between threads of one process.
#pragma once

#include <memory>
#include <utility>

#include "campaign/transport.hpp"

namespace ghee::campaign {

/// Two joined ends, ranks 0 (coordinator) and 1 in the pair's own counting. Messages are encoded on their way as on any other line.
/// Each end belongs to one thread; the ends may live and die in any order.
struct MemoryLine
{
    std::unique_ptr<Transport> coordinator_end;
    std::unique_ptr<Transport> worker_end;
};
/// The wakers are called when something came for that end.
MemoryLine make_memory_line(std::shared_ptr<Waker> coordinator_waker, std::shared_ptr<Waker> worker_waker, Clock&);

/// Rank 0's view of everybody: itself (the worker in its own process, behind `local`) as rank 0, others behind `remote`.
/// `remote` may be null: then the size is 1. Both share the waker.
std::unique_ptr<Transport> join_lines(std::unique_ptr<Transport> local, Transport* remote, std::shared_ptr<Waker>);

}  // namespace ghee::campaign
