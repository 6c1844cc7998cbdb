// Small kernels that do it wrong.
#include "racing_kernels.hpp"

#include "emulated_machine.hpp"

namespace ghee::mlp::cuda::emulated {

namespace {
struct Neighbour
{
    using Work = int;
    static constexpr std::size_t shared_bytes = 4096;
    static int next(Work shift) { return (machine::thread() + shift) % threads_a_block; }
};
struct ReadsIt : Neighbour
{
    static constexpr char const* name() { return "reads a neighbour"; }
    static void run(Work const& shift)
    {
        float* const mine = machine::shared();
        mine[machine::thread()] = 1.0F;
        mine[512 + machine::thread()] = mine[next(shift)];
    }
};
struct WritesTwice : Neighbour
{
    static constexpr char const* name() { return "writes twice"; }
    static void run(Work const& shift) { machine::shared()[machine::thread() / 2 * shift] = 1.0F; }
};
struct ReadsACopyTooEarly : Neighbour
{
    static constexpr char const* name() { return "reads a copy too early"; }
    static void run(Work const& shift)
    {
        static float const from[4] = {};
        machine::copy_quad(machine::shared() + 4 * (machine::thread() % 128), from, machine::thread() < 128);
        machine::end_copies();
        machine::wait_for_copies<0>();
        machine::shared()[512 + machine::thread()] = machine::shared()[next(shift)];  // a barrier is missing
    }
};
struct WaitsForIt : Neighbour
{
    static constexpr char const* name() { return "waits for its neighbour"; }
    static void run(Work const& shift)
    {
        float* const mine = machine::shared();
        mine[machine::thread()] = 1.0F;
        machine::barrier();
        mine[512 + machine::thread()] = mine[next(shift)];
    }
};
}  // namespace

RacingKernels racing_kernels() { return {kernel_of<ReadsIt>(), kernel_of<WritesTwice>(), kernel_of<ReadsACopyTooEarly>(), kernel_of<WaitsForIt>()}; }

}  // namespace ghee::mlp::cuda::emulated
