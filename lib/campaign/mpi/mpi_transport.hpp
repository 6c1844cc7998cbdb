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
    /// Hands out what is still to be sent (at most `patience`). With `finalize` MPI is shut down in order and the call returns; if a peer
    /// hangs meanwhile, or without `finalize`, the process ends here by _exit: MPI cannot be shut down after a loss.
    virtual void leave(bool finalize, int code, Seconds patience) = 0;
};

/// Joins the world if a launcher started this process as one of several ranks (OMPI_COMM_WORLD_SIZE, PMI_SIZE, or SLURM with PMIx);
/// null when it runs alone: MPI is then never touched. Throws Error where a launcher is seen and ghee was built without MPI.
std::unique_ptr<MpiWorld> join_world(std::shared_ptr<Waker>);

/// The exit code with which a rank may end by _exit. With orte_abort_on_non_zero_status 0, which lets a campaign survive a rank, Open MPI 4's
/// mpirun never ends when a rank has left without MPI_Finalize and with another code than 0: then it is 0, else `code`.
int bearable_exit_code(int code);

/// The launcher's word on this process's rank, before MPI is up; 0 when alone.
int launched_rank();
/// How many ranks the launcher started; 1 when alone.
int launched_size();

}  // namespace ghee::campaign
