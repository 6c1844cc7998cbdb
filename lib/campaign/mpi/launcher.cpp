// What the environment says of a launcher.
#include <cstdlib>
#include <initializer_list>

#include "campaign/mpi/mpi_transport.hpp"

namespace ghee::campaign {

namespace {
int number_in(char const* name, int otherwise)
{
    char const* const text = std::getenv(name);
    return text != nullptr && *text >= '0' && *text <= '9' ? std::atoi(text) : otherwise;
}
/// srun sets SLURM_PROCID for its tasks; sbatch sets it for the batch shell too, where nobody has set up PMIx.
bool under_srun() { return std::getenv("SLURM_PROCID") != nullptr && (std::getenv("PMIX_RANK") != nullptr || std::getenv("PMI_RANK") != nullptr); }
}  // namespace

int launched_size()
{
    for (char const* const name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
        if (int const size = number_in(name, 0); size > 0)
            return size;
    if (under_srun())
        return number_in("SLURM_STEP_NUM_TASKS", number_in("SLURM_NTASKS", 1));
    return 1;
}

int launched_rank()
{
    if (launched_size() == 1)
        return 0;
    for (char const* const name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"})
        if (int const rank = number_in(name, -1); rank >= 0)
            return rank;
    return 0;
}

int bearable_exit_code(int code) { return number_in("OMPI_MCA_orte_abort_on_non_zero_status", 1) == 0 ? 0 : code; }

}  // namespace ghee::campaign
