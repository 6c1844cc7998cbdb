// Steps of the vendor's calls and the few kernels between them.
#include "mlp/cudnn/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/contract.hpp"
#include "mlp/backend.hpp"
#include "mlp/cuda/order_key.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp::cudnn {

namespace {
constexpr int evaluated_at_once = 1024;

bool all_finite(Weights const& weights)
{
    auto const finite = [](double x) { return std::isfinite(static_cast<float>(x)); };
    return std::ranges::all_of(weights, [&](Layer const& layer)
                               { return std::ranges::all_of(layer.weights, finite) && std::ranges::all_of(layer.biases, finite); });
}

int capacity_for(TrainerSpec const& spec) { return std::max(spec.batch, evaluated_at_once); }
}  // namespace

CudnnTrainer::CudnnTrainer(TrainerSpec spec, std::unique_ptr<cuda::Gpu> gpu, std::unique_ptr<VendorMath> math, Kernels const& kernels)
    : spec_(std::move(spec)), gpu_(std::move(gpu)), math_(std::move(math)), kernels_(kernels), capacity_(capacity_for(spec_)),
      parameters_(*gpu_, spec_.network, spec_.optimizer.kind), trail_(*gpu_, spec_.network, capacity_),
      course_(*gpu_, kernels.course, spec_.optimizer, capacity_, [this](cuda::StepToTake const& step) { enqueue(step); })
{
    GHEE_EXPECT(refusal(spec_, gpu_->facts()).empty());
    GHEE_EXPECT(course_.bytes() == cuda::CourseOfSteps::bytes_for(capacity_));
    for (cuda::Kernel const& kernel : {kernels_.gather, kernels_.judge_sums, kernels_.judge_shares, kernels_.learn})
        gpu_->prepare(kernel);
    prepare(spec_.batch, spec_.batch, true);
    reset();
}

std::size_t CudnnTrainer::bytes_of(TrainerSpec const& spec)
{
    return Parameters::bytes(spec.network, spec.optimizer.kind) +
           static_cast<std::size_t>(TrailPlaces(spec.network, capacity_for(spec)).floats) * sizeof(float) + workspace_bytes +
           cuda::CourseOfSteps::bytes_for(capacity_for(spec));
}

std::string CudnnTrainer::form() const
{
    Tally const& tally = steps_.at({spec_.batch, true}).tally;
    std::string form = math_->name() + " on " + gpu_->facts().name + ", products on tensor cores: " + std::to_string(tally.on_tensor_cores) + " of " +
                       std::to_string(tally.products);
    if (tally.slopes > 0)
        form += ", slopes in products: " + std::to_string(tally.slopes_in_products) + " of " + std::to_string(tally.slopes);
    return form + ", bias gradients in products: " + std::to_string(tally.totals_in_products) + " of " + std::to_string(tally.totals);
}

void CudnnTrainer::reset()
{
    parameters_.clear_moments();
    course_.reset();
    set_weights(initial_weights(spec_.network, spec_.initializer, spec_.seed));
}

void CudnnTrainer::set_weights(Weights const& weights)
{
    parameters_.set(weights);
    if (alarms().network == nullptr)
        return;
    float const alarm = all_finite(weights) ? 0.0F : std::numeric_limits<float>::quiet_NaN();
    gpu_->copy_in(alarms().network, &alarm, sizeof alarm);
}

Alarms CudnnTrainer::alarms() const
{
    if (!rectifies(spec_.network))
        return {};
    float* const first = trail_.at(trail_.places().alarms);
    return {.samples = first + 1, .network = first};
}

void CudnnTrainer::load(Samples train, Samples test)
{
    for (Samples const& samples : {train, test})
        GHEE_EXPECT(samples.count == 0 || (samples.features == spec_.network.inputs && samples.outputs == spec_.network.outputs()));
    gpu_->wait();
    course_.forget_graphs();
    train_ = cuda::DataSet(*gpu_, train);
    test_ = cuda::DataSet(*gpu_, test);
}

void CudnnTrainer::want_order(std::size_t places)
{
    if (order_.size() >= places)
        return;
    gpu_->wait();
    course_.forget_graphs();
    order_ = {};
    order_ = cuda::DeviceArray<std::uint32_t>(*gpu_, places);
}

Pass CudnnTrainer::train(std::span<std::uint32_t const> order)
{
    for (std::uint32_t const row : order)
        GHEE_EXPECT(row < static_cast<std::uint32_t>(train_.count()));
    if (order.empty())
        return {};
    want_order(std::max(order.size(), static_cast<std::size_t>(train_.count())));
    gpu_->copy_in(order_.data(), order.data(), order.size_bytes());
    auto const samples = static_cast<std::int64_t>(order.size());
    prepare(samples, spec_.batch, true);
    return course_.run(true, order_.data(), spec_.batch, samples);
}

Pass CudnnTrainer::train_epoch(std::uint64_t seed, std::int64_t epoch)
{
    GHEE_EXPECT(train_.count() > 0);
    want_order(static_cast<std::size_t>(train_.count()));
    auto const count = static_cast<std::uint32_t>(train_.count());
    cuda::ShuffleWork const work{.order = order_.data(), .count = count, .key = cuda::order_key(seed, epoch)};
    gpu_->launch(kernels_.course.shuffle, static_cast<int>((count + cuda::threads_a_block - 1) / cuda::threads_a_block), &work);
    prepare(count, spec_.batch, true);
    return course_.run(true, order_.data(), spec_.batch, count);
}

Pass CudnnTrainer::evaluate()
{
    prepare(test_.count(), capacity_, false);
    return course_.run(false, nullptr, capacity_, test_.count());
}

void CudnnTrainer::prepare(std::int64_t samples, int batch, bool training)
{
    for (int const count : {samples < batch ? 0 : batch, static_cast<int>(samples % batch)})
        if (count > 0 && !steps_.contains({count, training}))
            steps_.emplace(std::pair(count, training), make_step(*math_, spec_, parameters_, trail_, count, training));
}

void CudnnTrainer::enqueue(cuda::StepToTake const& now)
{
    Step const& step = steps_.at({now.rows.count, now.training});
    cuda::DataSet const& data = now.training ? train_ : test_;
    TrailPlaces const& places = trail_.places();
    int const count = now.rows.count;

    GatherWork const gather{.rows = now.rows, .inputs = data.inputs(), .batch = trail_.at(places.batch), .alarms = alarms()};
    gpu_->launch(kernels_.gather, blocks_of_quads(static_cast<std::int64_t>(count) * gather.inputs.stride()), &gather);
    for (auto const& call : step.forward)
        call->enqueue();
    bool const shares = spec_.network.loss == Loss::cross_entropy;
    JudgeWork const judge{.judged = {.loss = {.loss = spec_.network.loss,
                                              .output_activation = spec_.network.output_activation,
                                              .rows = now.rows,
                                              .targets = data.targets(),
                                              .delta = now.training ? trail_.at(places.last_delta) : nullptr,
                                              .verdicts = now.verdicts},
                                     .sums = trail_.at(shares ? places.shares : places.sums)},
                          .alarms = alarms()};
    gpu_->launch(shares ? kernels_.judge_shares : kernels_.judge_sums, (count + cuda::judged_a_block - 1) / cuda::judged_a_block, &judge);
    if (!now.training)
        return;
    for (auto const& call : step.backward)
        call->enqueue();
    LearnWork const learn{.parameters = parameters_.values(),
                          .gradients = parameters_.gradients(),
                          .first = parameters_.first(),
                          .second = parameters_.second(),
                          .weights = parameters_.places().all_weights,
                          .floats = parameters_.places().floats,
                          .rates = constant_rates(spec_.optimizer),
                          .step_rates = now.rates,
                          .alarms = alarms()};
    gpu_->launch(kernels_.learn, blocks_of_quads(learn.floats), &learn);
}

}  // namespace ghee::mlp::cudnn
