// Stands where MPI was not built in: runs alone, and says so where a launcher expects more.
#include "campaign/mpi/mpi_transport.hpp"
#include "base/error.hpp"

namespace ghee::campaign {

std::unique_ptr<MpiWorld> join_world(std::shared_ptr<Waker>)
{
    if (launched_size() > 1)
        throw Error("this ghee cannot run on several ranks", "it was built without MPI",
                    "install Open MPI and build with -DGHEE_MPI=ON, or start it without a launcher");
    return nullptr;
}

}  // namespace ghee::campaign
