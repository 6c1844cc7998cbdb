// What a step launches.
#include "mlp/cuda/trainer.hpp"

#include <algorithm>

#include "base/contract.hpp"
#include "mlp/backend.hpp"
#include "mlp/cuda/order_key.hpp"
#include "mlp/cuda/tiling.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp::cuda {

namespace {
constexpr int evaluated_at_once = 1024;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::size_t floats(int rows, int columns) { return at(rows) * at(stride_of(columns)); }

/// Whether hidden layers store the derivative of their activation, because their output does not tell it.
bool keeps_slopes(Network const& network) { return network.residual || network.activation == Activation::gelu; }

/// Samples that training and evaluation hold at once.
int capacity_for(TrainerSpec const& spec) { return std::max(spec.batch, evaluated_at_once); }

int widest(Network const& network) { return *std::max_element(network.widths.begin(), network.widths.end()); }

/// How often a layer keeps a number for each sample and output: its output and perhaps its slope, or the sums of a last layer's splits.
std::size_t outputs_kept(Network const& network, int d)
{
    return d < network.depth() - 1 ? 1 : at(splits_of(network.fan_in(d), network.widths[at(d)]).count);
}
std::size_t slopes_kept(Network const& network, int d) { return d < network.depth() - 1 && keeps_slopes(network) ? 1 : 0; }

LayerKernels const* kernels_for(Kernels const& kernels, Precision precision)
{
    auto const* const found =
        std::find_if(kernels.layers.begin(), kernels.layers.end(), [&](LayerKernels const& one) { return one.precision == precision; });
    return found == kernels.layers.end() ? nullptr : found;
}
}  // namespace

std::size_t bytes_for(TrainerSpec const& spec)
{
    Network const& network = spec.network;
    int const capacity = capacity_for(spec);
    std::size_t rows = (network.residual ? 3U : 2U) * floats(spec.batch, widest(network));
    for (int d = 0; d < network.depth(); ++d)
        rows += (outputs_kept(network, d) + slopes_kept(network, d)) * floats(capacity, network.widths[at(d)]);
    return rows * sizeof(float) + Parameters::bytes_for(network, spec.optimizer.kind, 2) + CourseOfSteps::bytes_for(capacity);
}

std::string refusal(TrainerSpec const& spec, GpuFacts const& facts)
{
    if (std::string why = impossible(spec); !why.empty())
        return why;
    if (spec.precision == Precision::fp64)
        return "it computes in fp32, tf32x3, tf32 or bf16, not in fp64";
    if (spec.precision != Precision::fp32 && facts.capability < 80)
        return std::string(name_of(spec.precision)) + " needs tensor cores of compute capability 8.0 or later, " + facts.name + " has " +
               std::to_string(facts.capability / 10) + "." + std::to_string(facts.capability % 10) + "; use precision = \"fp32\"";
    if (spec.batch > most_samples_a_step)
        return "its steps take at most " + std::to_string(most_samples_a_step) + " samples";
    if (spec.threads > 1)
        return "it uses one thread of the host";
    return {};
}

CudaTrainer::CudaTrainer(TrainerSpec spec, std::unique_ptr<Gpu> gpu, Kernels const& kernels)
    : spec_(std::move(spec)), gpu_(std::move(gpu)), kernels_(kernels), layer_kernels_(kernels_for(kernels_, spec_.precision)),
      capacity_(capacity_for(spec_)), parameters_(*gpu_, spec_.network, spec_.optimizer.kind, 2)
{
    GHEE_EXPECT(refusal(spec_, gpu_->facts()).empty() && layer_kernels_ != nullptr);
    auto const prepare = [&](Kernel const& kernel)
    {
        if (kernel.entry != nullptr && kernel.shared_bytes <= gpu_->facts().shared_bytes_a_block)
            gpu_->prepare(kernel);
    };
    for (ForwardKernel const& one : layer_kernels_->forward)
        prepare(one.kernel);
    for (BackwardKernel const& one : layer_kernels_->backward)
        prepare(one.kernel);
    Network const& network = spec_.network;
    for (int d = 0; d < network.depth(); ++d)
    {
        std::size_t const each = floats(capacity_, width(d));
        layers_.push_back({DeviceArray<float>(*gpu_, outputs_kept(network, d) * each), DeviceArray<float>(*gpu_, slopes_kept(network, d) * each)});
    }
    for (DeviceArray<float>& delta : delta_)
        delta = DeviceArray<float>(*gpu_, floats(spec_.batch, widest(network)));
    if (network.residual)
        through_ = DeviceArray<float>(*gpu_, floats(spec_.batch, widest(network)));
    course_.emplace(*gpu_, kernels_.course, spec_.optimizer, capacity_, [this](StepToTake const& step) { enqueue(step); });
    GHEE_EXPECT(memory_bytes() == bytes_for(spec_));
    reset();
}

std::string CudaTrainer::form() const { return "layers, " + described(gpu_->facts()); }

std::size_t CudaTrainer::memory_bytes() const
{
    std::size_t sum = parameters_.bytes() + course_->bytes() + through_.bytes() + delta_[0].bytes() + delta_[1].bytes();
    for (Layer const& layer : layers_)
        sum += layer.output.bytes() + layer.slope.bytes();
    return sum;
}

void CudaTrainer::reset()
{
    parameters_.clear_moments();
    course_->reset();
    set_weights(initial_weights(spec_.network, spec_.initializer, spec_.seed));
}

void CudaTrainer::set_weights(Weights const& weights) { parameters_.set(weights); }

Weights CudaTrainer::weights() const { return parameters_.of_copy(course_->odd() ? 1 : 0); }

void CudaTrainer::load(Samples train, Samples test)
{
    for (Samples const& samples : {train, test})
        GHEE_EXPECT(samples.count == 0 || (samples.features == spec_.network.inputs && samples.outputs == spec_.network.outputs()));
    gpu_->wait();
    course_->forget_graphs();
    train_ = DataSet(*gpu_, train);
    test_ = DataSet(*gpu_, test);
}

void CudaTrainer::want_order(std::size_t places)
{
    if (order_.size() >= places)
        return;
    gpu_->wait();
    course_->forget_graphs();
    order_ = {};
    order_ = DeviceArray<std::uint32_t>(*gpu_, places);
}

Pass CudaTrainer::train(std::span<std::uint32_t const> order)
{
    for (std::uint32_t const row : order)
        GHEE_EXPECT(row < static_cast<std::uint32_t>(train_.count()));
    if (order.empty())
        return {};
    want_order(std::max(order.size(), at(train_.count())));
    gpu_->copy_in(order_.data(), order.data(), order.size_bytes());
    return course_->run(true, order_.data(), spec_.batch, static_cast<std::int64_t>(order.size()));
}

Pass CudaTrainer::train_epoch(std::uint64_t seed, std::int64_t epoch)
{
    GHEE_EXPECT(train_.count() > 0);
    want_order(at(train_.count()));
    ShuffleWork const work{.order = order_.data(), .count = static_cast<std::uint32_t>(train_.count()), .key = order_key(seed, epoch)};
    gpu_->launch(kernels_.course.shuffle, tiles_of(train_.count(), threads_a_block), &work);
    return course_->run(true, order_.data(), spec_.batch, train_.count());
}

Pass CudaTrainer::evaluate() { return course_->run(false, nullptr, capacity_, test_.count()); }

void CudaTrainer::enqueue(StepToTake const& step)
{
    for (int d = 0; d < spec_.network.depth(); ++d)
        forward(step, d);
    if (step.training)
        for (int d = spec_.network.depth() - 1; d >= 0; --d)
            backward(step, d);
}

Matrix CudaTrainer::input_of(StepToTake const& step, int d) const
{
    if (d == 0)
        return step.training ? train_.inputs() : test_.inputs();
    return {layers_[at(d - 1)].output.data(), step.rows.count, width(d - 1)};
}

LossWork CudaTrainer::loss_work(StepToTake const& step) const
{
    return {.loss = spec_.network.loss,
            .output_activation = spec_.network.output_activation,
            .rows = step.rows,
            .targets = step.training ? train_.targets() : test_.targets(),
            .delta = step.training ? delta_[0].data() : nullptr,
            .verdicts = step.verdicts};
}

void CudaTrainer::forward(StepToTake const& step, int d)
{
    Network const& network = spec_.network;
    bool const hidden = d < network.depth() - 1;
    int const count = step.rows.count, inputs = network.fan_in(d);
    Splits const splits = hidden ? Splits{1, inputs} : splits_of(inputs, width(d));
    ForwardKernel const* const judging =
        hidden || splits.count > 1 ? nullptr : choose_judging(*layer_kernels_, gpu_->facts(), count, inputs, width(d));
    ForwardKernel const& chosen = judging != nullptr ? *judging : choose_forward(*layer_kernels_, gpu_->facts(), count, splits.terms, width(d));
    ForwardWork const work{.input = input_of(step, d),
                           .gathered = d == 0,
                           .hidden = hidden,
                           .adds_input = adds_input(network, d),
                           .judges = judging != nullptr,
                           .splits = splits.count,
                           .terms_a_split = splits.terms,
                           .split_floats = static_cast<std::int64_t>(floats(capacity_, width(d))),
                           .rows = step.rows,
                           .weights = parameters_.weights(d, step.odd ? 1 : 0),
                           .biases = parameters_.layer(d, step.odd ? 1 : 0).biases.data(),
                           .output = layers_[at(d)].output.data(),
                           .slope = layers_[at(d)].slope.data(),
                           .activation = network.activation,
                           .loss = judging != nullptr ? loss_work(step) : LossWork{},
                           .row_tiles = tiles_of(count, chosen.tile.m)};
    gpu_->launch(chosen.kernel, work.row_tiles * tiles_of(width(d), chosen.tile.n) * splits.count, &work);
    if (hidden || judging != nullptr)
        return;
    JudgeWork const judge{.loss = loss_work(step),
                          .sums = work.output,
                          .splits = splits.count,
                          .split_floats = work.split_floats,
                          .biases = splits.count > 1 ? work.biases : nullptr};
    gpu_->launch(kernels_.course.judge, tiles_of(count, judged_a_block), &judge);
}

void CudaTrainer::backward(StepToTake const& step, int d)
{
    Network const& network = spec_.network;
    int const count = step.rows.count, inputs = network.fan_in(d);
    int const turn = (network.depth() - 1 - d) % 2;
    bool const spreads = d > 0;
    BackwardKernel const& chosen = choose_backward(*layer_kernels_, gpu_->facts(), count, inputs, width(d), spreads);
    LayerArrays const& now = parameters_.layer(d, step.odd ? 1 : 0);
    LayerArrays const& then = parameters_.layer(d, step.odd ? 0 : 1);
    BackwardWork work{.delta = {delta_[turn].data(), count, width(d)},
                      .input = input_of(step, d),
                      .gathered = d == 0,
                      .rows = step.rows,
                      .weights = parameters_.weights(d, step.odd ? 1 : 0),
                      .biases = now.biases.data(),
                      .new_weights = then.weights.data(),
                      .new_biases = then.biases.data(),
                      .first = {parameters_.first(d).weights.data(), parameters_.first(d).biases.data()},
                      .second = {parameters_.second(d).weights.data(), parameters_.second(d).biases.data()},
                      .rates = constant_rates(spec_.optimizer),
                      .step_rates = step.rates,
                      .neuron_tiles = tiles_of(width(d), chosen.learn.m)};
    if (spreads)
    {
        work.beside = adds_input(network, d);
        work.below = delta_[1 - turn].data();
        work.through = work.beside || adds_input(network, d - 1) ? through_.data() : nullptr;
        work.slope = layers_[at(d - 1)].slope.data();
        work.activation = network.activation;
        work.spread_row_tiles = tiles_of(count, chosen.spread.m);
        work.spread_blocks = work.spread_row_tiles * tiles_of(inputs, chosen.spread.n);
    }
    gpu_->launch(chosen.kernel, work.spread_blocks + work.neuron_tiles * tiles_of(inputs, chosen.learn.n), &work);
}

}  // namespace ghee::mlp::cuda
