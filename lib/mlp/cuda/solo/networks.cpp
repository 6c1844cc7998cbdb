// Memory and launches of the solo kernel.
#include "mlp/cuda/solo/networks.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/contract.hpp"
#include "mlp/cuda/padded.hpp"
#include "mlp/cuda/tiling.hpp"

namespace ghee::mlp::cuda {

namespace {
/// Places of all orders together (512 MiB), unless one epoch of each network takes more: fewer make many launches of small networks short.
constexpr std::int64_t most_places = std::int64_t(1) << 27;

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// With the memory that the plan wants.
Kernel kernel_for(SoloKernels const& kernels, SoloPlan const& plan)
{
    auto const found = std::find_if(kernels.train.begin(), kernels.train.end(),
                                    [&](SoloKernel const& one) { return one.together == plan.together && one.quads == plan.quads; });
    GHEE_EXPECT(found != kernels.train.end());
    Kernel kernel = found->kernel;
    kernel.shared_bytes = at(plan.shared_floats) * sizeof(float);
    return kernel;
}

/// Where a launch begins anew.
SoloState fresh()
{
    SoloState state;
    state.best = std::numeric_limits<double>::infinity();
    return state;
}
}  // namespace

SoloNetworks::SoloNetworks(TrainerSpec const& spec, Gpu& gpu, SoloKernels const& kernels, SoloPlan const& plan, std::int64_t epochs)
    : spec_(spec), gpu_(gpu), plan_(plan), most_records_(std::min(most_solo_records, epochs)), train_(kernel_for(kernels, plan_)),
      draw_(kernels.draw), parameters_(gpu, at(plan_.state_floats) * at(spec.replicas)), device_states_(gpu, at(spec.replicas)),
      sums_(gpu, at(spec.replicas) * threads_a_block), records_(gpu, at(spec.replicas * most_records_)), replicas_(gpu, at(spec.replicas)),
      own_targets_(at(spec.replicas)), states_(at(spec.replicas), fresh())
{
    // The most that a block can have: networks of several sizes may be alive, and the last wish is what a kernel has.
    Kernel prepared = train_;
    prepared.shared_bytes = gpu_.facts().shared_bytes_a_block;
    gpu_.prepare(prepared);
    gpu_.prepare(draw_);
}

void SoloNetworks::use(DataSet const& train, DataSet const& test)
{
    train_inputs_ = train.inputs();
    train_targets_ = train.targets();
    test_inputs_ = test.inputs();
    test_targets_ = test.targets();
    train_count_ = train.count();
    test_count_ = test.count();
}

void SoloNetworks::use_rows(std::vector<std::span<std::uint32_t const>> const& train, std::vector<std::span<std::uint32_t const>> const& test)
{
    GHEE_EXPECT(train.size() == at(count()) && test.size() == at(count()));
    auto const uploaded = [&](std::vector<std::span<std::uint32_t const>> const& lists)
    {
        std::size_t const each = lists.front().size();
        DeviceArray<std::uint32_t> device(gpu_, each * lists.size());
        for (std::size_t r = 0; r < lists.size() && each > 0; ++r)
        {
            GHEE_EXPECT(lists[r].size() == each);
            gpu_.copy_in(device.data() + r * each, lists[r].data(), lists[r].size_bytes());
        }
        return device;
    };
    train_rows_ = uploaded(train);
    test_rows_ = uploaded(test);
    train_count_ = static_cast<int>(train.front().size());
    test_count_ = static_cast<int>(test.front().size());
}

void SoloNetworks::use_targets(int network, std::span<std::uint32_t const> rows, std::span<float const> targets)
{
    auto const outputs = at(train_targets_.columns), stride = at(train_targets_.stride());
    GHEE_EXPECT(targets.size() == rows.size() * outputs);
    std::vector<float> all(at(train_targets_.rows) * stride, 0.0F);
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(targets.data() + i * outputs, outputs, all.data() + rows[i] * stride);
    auto& own = own_targets_[at(network)];
    own = DeviceArray<float>(gpu_, all.size());
    gpu_.copy_in(own.data(), all.data(), own.bytes());
}

float* SoloNetworks::parameters_of(int network) const { return parameters_.data() + at(network) * at(plan_.state_floats); }

void SoloNetworks::set_weights(int network, Weights const& weights)
{
    GHEE_EXPECT(weights.size() == at(plan_.depth));
    std::vector<float> block(at(plan_.parameter_floats), 0.0F);
    for (int d = 0; d < plan_.depth; ++d)
    {
        SoloLayer const& layer = plan_.layers[d];
        GHEE_EXPECT(weights[at(d)].inputs == layer.inputs && weights[at(d)].outputs == layer.outputs);
        put_padded(weights[at(d)], block.data() + layer.weights_at, block.data() + layer.biases_at);
    }
    gpu_.copy_in(parameters_of(network), block.data(), block.size() * sizeof(float));
}

Weights SoloNetworks::weights(int network) const
{
    std::vector<float> block(at(plan_.parameter_floats));
    gpu_.copy_out(block.data(), parameters_of(network), block.size() * sizeof(float));
    Weights weights;
    for (int d = 0; d < plan_.depth; ++d)
    {
        SoloLayer const& layer = plan_.layers[d];
        weights.push_back(from_padded(layer.inputs, layer.outputs, block.data() + layer.weights_at, block.data() + layer.biases_at));
    }
    return weights;
}

void SoloNetworks::keep_beginning()
{
    beginning_ = DeviceArray<float>(gpu_, parameters_.size());
    gpu_.copy_within(beginning_.data(), parameters_.data(), parameters_.bytes());
}

void SoloNetworks::begin_anew()
{
    set_states(std::vector<SoloState>(states_.size(), fresh()));
    if (beginning_.size() > 0)
        return gpu_.copy_within(parameters_.data(), beginning_.data(), parameters_.bytes());
    auto const moments = at(plan_.state_floats - plan_.parameter_floats);
    for (int r = 0; r < count() && moments > 0; ++r)
        gpu_.clear(parameters_of(r) + plan_.parameter_floats, moments * sizeof(float));
}

std::int64_t SoloNetworks::epochs_of_orders() const
{
    std::int64_t const of_an_epoch = std::max<std::int64_t>(1, std::int64_t(train_count_) * count());
    return std::clamp<std::int64_t>(most_places / of_an_epoch, 1, most_records_);
}

void SoloNetworks::place_orders(std::int64_t of_each)
{
    if (orders_of_each_ >= of_each)
        return;
    gpu_.wait();
    orders_ = {};
    orders_ = DeviceArray<std::uint32_t>(gpu_, at(of_each * count()));
    orders_of_each_ = of_each;
}

void SoloNetworks::draw(std::vector<std::uint64_t> const& keys, int epochs)
{
    GHEE_EXPECT(keys.size() == at(epochs) * at(count()) && epochs <= epochs_of_orders());
    // Launches take more epochs as their time becomes known.
    place_orders(std::min(2 * epochs, static_cast<int>(epochs_of_orders())) * std::int64_t(train_count_));
    if (keys_.size() < keys.size())
        keys_ = DeviceArray<std::uint64_t>(gpu_, 2 * keys.size());
    gpu_.copy_in(keys_.data(), keys.data(), keys.size() * sizeof keys.front());
    DrawWork const work{.orders = orders_.data(),
                        .orders_stride = orders_of_each_,
                        .rows = train_rows_.data(),
                        .keys = keys_.data(),
                        .count = train_count_,
                        .epochs = epochs};
    gpu_.launch(draw_, tiles_of(train_count_, threads_a_block) * epochs * count(), &work);
}

void SoloNetworks::use_order(std::span<std::uint32_t const> order)
{
    GHEE_EXPECT(count() == 1 && train_rows_.size() == 0);
    place_orders(static_cast<std::int64_t>(order.size()));
    gpu_.copy_in(orders_.data(), order.data(), order.size_bytes());
    train_count_ = static_cast<int>(order.size());
}

void SoloNetworks::set_states(std::vector<SoloState> states)
{
    GHEE_EXPECT(states.size() == at(count()));
    states_ = std::move(states);
    gpu_.copy_in(device_states_.data(), states_.data(), device_states_.bytes());
    sums_.clear();
}

void SoloNetworks::tell_replicas()
{
    std::vector<SoloReplica> all;
    for (int r = 0; r < count(); ++r)
        all.push_back({.parameters = parameters_of(r),
                       .state = device_states_.data() + r,
                       .sums = sums_.data() + at(r) * threads_a_block,
                       .records = records_.data() + r,
                       .orders = orders_.data() + r * orders_of_each_,
                       .test_rows = test_rows_.size() > 0 ? test_rows_.data() + at(r) * at(test_count_) : nullptr,
                       .train_targets = own_targets_[at(r)].size() > 0 ? own_targets_[at(r)].data() : train_targets_.data});
    if (told_.size() == all.size() && std::memcmp(told_.data(), all.data(), replicas_.bytes()) == 0)
        return;
    gpu_.copy_in(replicas_.data(), all.data(), replicas_.bytes());
    told_ = std::move(all);
}

void SoloNetworks::launch(SoloTask const& task)
{
    tell_replicas();
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    SoloWork const work{.plan = plan_,
                        .replicas = replicas_.data(),
                        .train_inputs = train_inputs_.data,
                        .test_inputs = test_inputs_.data,
                        .test_targets = test_targets_.data,
                        .train_count = train_count_,
                        .test_count = task.evaluates ? test_count_ : 0,
                        .batch = spec_.batch,
                        .evaluate_every = task.evaluate_every,
                        .epochs = task.epochs,
                        .orders_from = task.orders_from,
                        .orders_end = task.orders_end,
                        .most_chunks = task.most_chunks,
                        .records_stride = count(),
                        .activation = spec_.network.activation,
                        .loss = spec_.network.loss,
                        .output_activation = spec_.network.output_activation,
                        .has_accuracy = task.has_accuracy ? 1 : 0,
                        .target_loss = task.stop.target_loss.value_or(nan),
                        .target_accuracy = task.stop.target_accuracy.value_or(nan),
                        .patience = task.stop.patience,
                        .rates = constant_rates(spec_.optimizer),
                        .step_rates = rates_work(spec_.optimizer)};
    gpu_.launch(train_, count(), &work);
}

void SoloNetworks::finish()
{
    std::vector<SoloState> after(states_.size());
    gpu_.copy_out(after.data(), device_states_.data(), device_states_.bytes());
    std::int64_t most = 0;
    for (std::size_t r = 0; r < states_.size(); ++r)
    {
        // A block that finds its network over leaves at once and says nothing.
        if (states_[r].over != 0)
            after[r].records = after[r].chunks = 0;
        most = std::max(most, after[r].records);
    }
    states_ = std::move(after);
    ended_.resize(at(most * count()));
    if (!ended_.empty())
        gpu_.copy_out(ended_.data(), records_.data(), ended_.size() * sizeof ended_.front());
}

std::vector<SoloRecord> SoloNetworks::records(int network) const
{
    std::vector<SoloRecord> all;
    for (std::int64_t i = 0; i < states_[at(network)].records; ++i)
        all.push_back(ended_[at(i * count() + network)]);
    return all;
}

std::size_t SoloNetworks::bytes() const
{
    return parameters_.bytes() + beginning_.bytes() + device_states_.bytes() + sums_.bytes() + records_.bytes() + replicas_.bytes();
}

std::size_t SoloNetworks::bytes_for(SoloPlan const& plan, int replicas, std::int64_t epochs)
{
    return at(replicas) * (at(plan.state_floats) * sizeof(float) + sizeof(SoloState) + threads_a_block * sizeof(SoloSum) +
                           at(std::min(most_solo_records, epochs)) * sizeof(SoloRecord) + sizeof(SoloReplica));
}

}  // namespace ghee::mlp::cuda
