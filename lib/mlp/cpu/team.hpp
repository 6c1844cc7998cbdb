// The threads that share the work of one step, and where they meet.
//
// A meeting costs a fraction of a microsecond, because nobody sleeps in it: a step of ten microseconds has half a dozen of them.
// Between calls the helpers sleep in the kernel and cost nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "mlp/cpu/plan.hpp"

namespace ghee::mlp::cpu {

class Team
{
  public:
    /// The caller and size - 1 helpers, each of those kept on a CPU of its own among those that this thread may use (as far as there are
    /// enough of them). Throws Error where threads cannot be started.
    explicit Team(int size);
    ~Team();
    Team(Team const&) = delete;
    Team& operator=(Team const&) = delete;

    [[nodiscard]] int size() const { return static_cast<int>(helpers_.size()) + 1; }
    /// Calls work(crew) on every thread, with its own index; returns when all have returned. Allocates nothing. `work` must not throw.
    template<class Work>
    void run(Work const& work)
    {
        run([](void const* what, Crew const& crew) { (*static_cast<Work const*>(what))(crew); }, &work);
    }

  private:
    using Call = void (*)(void const*, Crew const&);
    void run(Call call, void const* what);
    void help(int index);
    void dismiss();

    std::unique_ptr<Meeting> meeting_;
    std::vector<std::thread> helpers_;
    Call call_ = nullptr;
    void const* what_ = nullptr;
    std::atomic<std::uint32_t> round_{0};  ///< work handed out so far
    std::atomic<std::uint32_t> returned_{0};
    std::atomic<bool> over_{false};
};

}  // namespace ghee::mlp::cpu
