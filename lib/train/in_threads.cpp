// Helpers that come and go with the work.
#include "train/in_threads.hpp"

#include <cstring>
#include <exception>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "sys/affinity.hpp"

namespace ghee::train {

namespace {
/// Keeps this thread on one core. A wish: where it fails, the scheduler decides.
void take_place(std::vector<std::vector<int>> const& cores, std::size_t index)
{
    if (index >= cores.size())
        return;
    try
    {
        sys::pin_thread(cores[index]);
    }
    catch (Error const&)
    {
        return;
    }
}
}  // namespace

void in_threads(int threads, std::function<void(int thread)> const& work)
{
    if (threads == 1)
        return work(0);
    // Looked up once: that reads files, and this is called many times a second.
    static auto const cores = sys::group_by_core(sys::allowed_cpus());
    std::vector<std::exception_ptr> faults(static_cast<std::size_t>(threads));
    auto const take_share = [&](int thread)
    {
        try
        {
            work(thread);
        }
        catch (...)
        {
            faults[static_cast<std::size_t>(thread)] = std::current_exception();
        }
    };
    std::vector<std::jthread> helpers;
    try
    {
        for (int thread = 1; thread < threads; ++thread)
            helpers.emplace_back(
                [&, thread]
                {
                    take_place(cores, static_cast<std::size_t>(thread));
                    take_share(thread);
                });
    }
    catch (std::system_error const& fault)
    {
        helpers.clear();
        throw Error("cannot start " + std::to_string(threads) + " threads", std::strerror(fault.code().value()), "ask for fewer");
    }
    take_share(0);
    helpers.clear();
    for (std::exception_ptr const& fault : faults)
        if (fault)
            std::rethrow_exception(fault);
}

}  // namespace ghee::train
