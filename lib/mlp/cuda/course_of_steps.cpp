// Recording and repeating graphs of steps.
#include "mlp/cuda/course_of_steps.hpp"

#include <algorithm>

#include "base/contract.hpp"

namespace ghee::mlp::cuda {

CourseOfSteps::CourseOfSteps(Gpu& gpu, CourseKernels const& kernels, Optimizer const& optimizer, int capacity, Enqueue enqueue)
    : gpu_(gpu), kernels_(kernels), optimizer_(optimizer), capacity_(capacity), enqueue_(std::move(enqueue)), progress_(gpu, 1),
      rates_(gpu, most_whole + 1), verdicts_(gpu, static_cast<std::size_t>(most_whole + 1) * static_cast<std::size_t>(capacity))
{
    for (Kernel const& kernel : {kernels_.judge, kernels_.begin, kernels_.advance, kernels_.shuffle})
        gpu_.prepare(kernel);
}

void CourseOfSteps::reset()
{
    progress_.clear();
    odd_ = false;
}

RatesWork CourseOfSteps::rates_work() const
{
    RatesWork work = cuda::rates_work(optimizer_);
    work.rates = rates_.data();
    work.steps = most_whole + 1;
    return work;
}

Pass CourseOfSteps::run(bool training, std::uint32_t const* order, int batch, std::int64_t samples)
{
    GHEE_EXPECT(batch > 0 && batch <= capacity_ && samples >= 0);
    BeginWork const begin{.progress = progress_.data(), .rates = rates_work()};
    gpu_.launch(kernels_.begin, 1, &begin);
    std::int64_t whole = samples / batch;
    auto const last = static_cast<int>(samples % batch);
    for (; whole >= most_whole; whole -= most_whole)
        repeat({training, odd_, order, batch, most_whole, 0});
    if (whole > 0 || last > 0)
        repeat({training, odd_, order, batch, static_cast<int>(whole), last});
    Progress done;
    gpu_.copy_out(&done, progress_.data(), sizeof done);
    GHEE_EXPECT(done.step == samples / batch + (last > 0 ? 1 : 0));
    return {.loss_sum = done.loss, .correct = done.hits, .samples = samples, .steps = done.step};
}

void CourseOfSteps::repeat(Key const& key)
{
    if (!graphs_.contains(key))
        record(key);
    gpu_.repeat(*graphs_.at(key));
    auto const& [training, odd, order, batch, whole, last] = key;
    if (training)
        odd_ = odd != ((whole + (last > 0 ? 1 : 0)) % 2 == 1);
}

void CourseOfSteps::record(Key const& key)
{
    auto const& [training, odd, order, batch, whole, last] = key;
    if (graphs_.size() >= most_graphs)
    {
        gpu_.wait();
        graphs_.clear();
    }
    gpu_.begin_recording();
    for (int step = 0; step < whole + (last > 0 ? 1 : 0); ++step)
        enqueue_({.rows = {.order = order, .progress = progress_.data(), .step = step, .batch = batch, .count = step < whole ? batch : last},
                  .training = training,
                  .odd = training ? odd != (step % 2 == 1) : odd,
                  .verdicts = verdicts_.data() + static_cast<std::ptrdiff_t>(step) * capacity_,
                  .rates = rates_.data() + step});
    if (whole > 0)
        advance(training, 0, whole, batch);
    if (last > 0)
        advance(training, whole, 1, last);
    graphs_.emplace(key, gpu_.end_recording());
}

void CourseOfSteps::advance(bool training, int first, int steps, int count)
{
    AdvanceWork const work{.progress = progress_.data(),
                           .rates = rates_work(),
                           .verdicts = verdicts_.data() + static_cast<std::ptrdiff_t>(first) * capacity_,
                           .stride = capacity_,
                           .steps = steps,
                           .count = count,
                           .training = training};
    gpu_.launch(kernels_.advance, 1, &work);
}

}  // namespace ghee::mlp::cuda
