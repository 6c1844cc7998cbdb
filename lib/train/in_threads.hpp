// One piece of work on several threads.
#pragma once

#include <functional>

namespace ghee::train {

/// Calls work(0) here and work(1) ... work(threads - 1) each in a thread of its own, kept on a core of its own as far as there are enough.
/// Returns when all have, and throws what the first of them threw. It takes some ten microseconds a thread.
void in_threads(int threads, std::function<void(int thread)> const& work);

}  // namespace ghee::train
