// Transport between ranks: MPI as a carrier of letters and nothing else. The only room that speaks MPI.
#pragma once

#include <memory>
#include <string>

#include "campaign/transport.hpp"

namespace ghee::campaign {

/// A process's membership in a world of ranks. All calls from the thread that made it.
class MpiWorld
{
  public:
    virtual ~MpiWorld() = default;
    /// The line to the other ranks; lives as long as the world.
    [[nodiscard]] virtual Transport& transport() = 0;
    /// Hands out what is still to be sent (at most `patience`). With `finalize` shuts MPI down in order, guarded: if a peer hangs the
    /// process ends with `code` all the same. Without it the caller must end the process by _exit: MPI cannot be shut down after a loss.
    virtual void leave(bool finalize, int code, Seconds patience) = 0;
};

/// Joins the world if a launcher started this process as one of several ranks (OMPI_COMM_WORLD_SIZE, PMI_SIZE, or SLURM with PMIx);
/// null when it runs alone: MPI is then never touched. Throws Error where a launcher is seen and ghee was built without MPI.
std::unique_ptr<MpiWorld> join_world(std::shared_ptr<Waker>);

/// The launcher's word on this process's rank, before MPI is up; 0 when alone.
int launched_rank();
/// How many ranks the launcher started; 1 when alone.
int launched_size();

}  // namespace ghee::campaign
