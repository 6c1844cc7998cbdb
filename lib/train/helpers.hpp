// One piece of work on several threads, again and again.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ghee::train {

/// The caller and helpers that sleep between two pieces of work, where the next does not follow within some ten microseconds.
class Helpers
{
  public:
    /// `threads` with the caller; each helper is kept on a core of its own as far as there are enough. Throws Error where they cannot be started.
    explicit Helpers(int threads);
    ~Helpers();
    Helpers(Helpers const&) = delete;
    Helpers& operator=(Helpers const&) = delete;

    [[nodiscard]] int threads() const { return static_cast<int>(helpers_.size()) + 1; }
    /// Calls work(0) here and work(1) ... work(threads() - 1) each on its helper. Returns when all have, and throws what the first of them threw.
    void run(std::function<void(int thread)> const& work);

  private:
    void help(int thread);
    void take_share(int thread);
    void dismiss();

    std::mutex mutex_;
    std::condition_variable work_is_there_, work_is_done_;
    std::function<void(int)> const* work_ = nullptr;
    std::atomic<std::uint64_t> pieces_{0};  ///< handed out so far; changed under the lock, as the next two are
    std::atomic<int> busy_{0};              ///< helpers
    std::atomic<bool> over_{false};
    std::vector<std::exception_ptr> faults_;  ///< of each thread, of the present piece
    std::vector<std::thread> helpers_;
};

}  // namespace ghee::train
