// Launches of about a tenth of a second, and what they tell.
#include "mlp/cuda/solo/group.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/contract.hpp"
#include "mlp/backend.hpp"
#include "mlp/cuda/order_key.hpp"
#include "mlp/cuda/solo/plan.hpp"
#include "mlp/cuda/solo/trainer.hpp"

namespace ghee::mlp::cuda {

namespace {
/// Of a launch: short enough for whoever waits for it (stopping, deadlines, the driver's watchdog), long against what lies between two.
constexpr Seconds span_of_launch{0.1};
/// Of the first one of a warm-up, when a chunk's time is only reckoned and kernels are loaded.
constexpr Seconds first_span{0.01};
constexpr double reckoned_hz = 1.5e9;

std::vector<std::span<std::uint32_t const>> lists(std::vector<Replica> const& replicas, std::vector<std::uint32_t> Replica::* which)
{
    std::vector<std::span<std::uint32_t const>> all;
    for (Replica const& one : replicas)
        all.emplace_back(one.*which);
    return all;
}
}  // namespace

SoloGroup::SoloGroup(TrainerSpec spec, std::unique_ptr<Gpu> gpu, SoloKernels const& kernels, Samples data, std::vector<Replica> replicas,
                     Lessons lessons, SoloPlan const* plan, Clock& clock)
    : spec_(std::move(spec)), gpu_(std::move(gpu)),
      networks_(spec_, *gpu_, kernels, plan != nullptr ? *plan : plan_solo(spec_, gpu_->facts().shared_bytes_a_block), lessons.epochs),
      data_(*gpu_, data), lessons_(std::move(lessons)), clock_(clock),
      of_a_chunk_(solo_cycles(networks_.plan(), networks_.plan().chunk) * solo_rounds(networks_.plan(), spec_.replicas, gpu_->facts()) / reckoned_hz),
      epoch_began_(replicas.size())
{
    GHEE_EXPECT(static_cast<int>(replicas.size()) == spec_.replicas && !replicas.empty() && !replicas.front().train_rows.empty());
    GHEE_EXPECT(lessons_.epochs > 0 && lessons_.evaluate_every > 0);
    for (Replica const& one : replicas)
        seeds_.push_back(one.seed);
    train_rows_ = static_cast<std::int64_t>(replicas.front().train_rows.size());
    test_rows_ = static_cast<std::int64_t>(replicas.front().test_rows.size());
    networks_.use(data_, data_);
    networks_.use_rows(lists(replicas, &Replica::train_rows), lists(replicas, &Replica::test_rows));
    for (std::size_t r = 0; r < replicas.size(); ++r)
        if (!replicas[r].train_targets.empty())
            networks_.use_targets(static_cast<int>(r), replicas[r].train_rows, replicas[r].train_targets);
    networks_.begin_anew();
    for (int r = 0; r < this->replicas(); ++r)
        networks_.set_weights(r, initial_weights(spec_.network, spec_.initializer, seeds_[static_cast<std::size_t>(r)]));
    networks_.keep_beginning();
}

/// Between passes of a measured training: what it takes is in the window, so it is one copy on the device, whatever the number of replicas.
void SoloGroup::reset()
{
    if (flying_)
        finish();
    networks_.begin_anew();
    began_ = false;
}

bool SoloGroup::over() const
{
    return std::ranges::all_of(networks_.states(), [](SoloState const& one) { return one.over != 0; });
}

std::string SoloGroup::form() const { return solo_form(gpu_->facts(), networks_.plan()); }

/// With its share of an evaluation.
std::int64_t SoloGroup::chunks_of_an_epoch() const
{
    auto const chunks = [&](std::int64_t samples) { return (samples + networks_.plan().chunk - 1) / networks_.plan().chunk; };
    std::int64_t const steps = train_rows_ / spec_.batch;
    return steps * chunks(spec_.batch) + chunks(train_rows_ % spec_.batch) + chunks(test_rows_) / lessons_.evaluate_every;
}

/// Every network that is not over is to go on for about `span`. All of them are at the same place: they have equally many samples.
void SoloGroup::start(Seconds span)
{
    std::int64_t const chunks = std::max<std::int64_t>(1, std::llround(std::min(1e15, span / of_a_chunk_)));
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    for (SoloState const& one : networks_.states())
        if (one.over == 0)
            first = std::min(first, one.epoch);
    // The epoch that it is in, and the one that it ends in.
    std::int64_t const begun = chunks / chunks_of_an_epoch() + 2;
    std::int64_t const count = std::min({begun, networks_.epochs_of_orders(), lessons_.epochs - first + 1});
    std::vector<std::uint64_t> keys;
    for (std::uint64_t const seed : seeds_)
        for (std::int64_t epoch = first; epoch < first + count; ++epoch)
            keys.push_back(order_key(seed, epoch));
    flying_ = Launch{.begin = clock_.now(), .end = {}, .before = networks_.states()};
    networks_.draw(keys, static_cast<int>(count));
    networks_.launch({.epochs = lessons_.epochs,
                      .evaluate_every = lessons_.evaluate_every,
                      .evaluates = test_rows_ > 0,
                      .has_accuracy = lessons_.has_accuracy,
                      .stop = lessons_.stop,
                      .most_chunks = chunks,
                      .orders_from = first,
                      .orders_end = first + count});
}

SoloGroup::Launch SoloGroup::finish()
{
    networks_.finish();
    Launch launch = std::move(*flying_);
    flying_.reset();
    launch.end = clock_.now();
    launch.begun_ns = std::numeric_limits<std::int64_t>::max();
    std::int64_t chunks = 0;
    for (SoloState const& one : networks_.states())
        if (one.chunks > 0)
        {
            launch.begun_ns = std::min(launch.begun_ns, one.begun_ns);
            launch.ended_ns = std::max(launch.ended_ns, one.ended_ns);
            chunks = std::max(chunks, one.chunks);
        }
    // It begins after it was asked for and ends before it is seen to be over; between these bounds the clocks are as far apart as before.
    std::int64_t const least = to_ns(launch.begin) - launch.begun_ns, most = to_ns(launch.end) - launch.ended_ns;
    clocks_apart_ = std::max(std::min(clocks_apart_.value_or(most), most), least);
    if (chunks > 0 && launch.ended_ns > launch.begun_ns)
        of_a_chunk_ = Seconds(std::chrono::nanoseconds(launch.ended_ns - launch.begun_ns)) / static_cast<double>(chunks);
    return launch;
}

void SoloGroup::warm_up(Seconds budget)
{
    GHEE_EXPECT(!began_);
    Seconds left = budget;
    for (Seconds span = std::min(first_span, budget); left.count() > 0 && !over(); span = std::min(left, span_of_launch))
    {
        start(span);
        Launch const launch = finish();
        left -= Seconds(launch.end - launch.begin);
    }
    reset();
}

std::vector<EpochDone> SoloGroup::go_on() { return go_on(span_of_launch); }

std::vector<EpochDone> SoloGroup::go_on(Seconds span)
{
    GHEE_EXPECT(!over());
    began_ = true;
    if (!flying_)
        start(span);
    Launch const launch = finish();
    if (!over())
        start(span);  // what networks_ tells is of the finished one until the next is
    std::vector<EpochDone> done;
    for (int r = 0; r < replicas(); ++r)
        if (networks_.states()[static_cast<std::size_t>(r)].chunks > 0)
            tell(done, r, launch);
    return done;
}

/// Puts a network's epochs on the host's axis.
void SoloGroup::tell(std::vector<EpochDone>& done, int replica, Launch const& launch)
{
    auto const at = static_cast<std::size_t>(replica);
    SoloState const &before = launch.before[at], &after = networks_.states()[at];
    Instant& began = epoch_began_[at];
    auto const seen = [&](std::int64_t at_ns) { return std::clamp(from_ns(at_ns + *clocks_apart_), began, launch.end); };
    bool const at_beginning = before.first == 0 && before.testing == 0;
    if (at_beginning)
        began = seen(after.begun_ns);
    std::size_t const first = done.size();
    for (SoloRecord const& record : networks_.records(replica))
    {
        EpochDone one{.replica = replica, .epoch = record.epoch, .trained = {}, .tested = {}};
        one.trained = {.loss_sum = record.trained.loss,
                       .correct = record.trained.hits,
                       .samples = train_rows_,
                       .steps = (train_rows_ + spec_.batch - 1) / spec_.batch};
        if (record.was_tested != 0)
            one.tested = Pass{.loss_sum = record.tested.loss,
                              .correct = record.tested.hits,
                              .samples = test_rows_,
                              .steps = (test_rows_ + networks_.plan().chunk - 1) / networks_.plan().chunk};
        one.begin = began;
        one.trained_at = seen(record.trained_ns);
        one.tested_at = record.was_tested != 0 ? std::max(seen(record.tested_ns), one.trained_at) : one.trained_at;
        one.stepping = Seconds(one.trained_at - one.begin);
        began = one.tested_at;
        done.push_back(one);
    }
    // Of epochs that lie in this launch alone, all have their mean: some devices' clocks tick in microseconds, and so long may an epoch be.
    // Blocks that find no room wait until others are done, so the launch is a multiple of the time of one; an epoch that was begun before has
    // waited as long as all have worked.
    std::size_t const whole = first + (at_beginning ? 0 : 1);
    Seconds sum{};
    for (std::size_t i = whole; i < done.size(); ++i)
        sum += done[i].stepping;
    auto const own = static_cast<double>(std::max<std::int64_t>(1, after.ended_ns - after.begun_ns));
    double const turns = static_cast<double>(launch.ended_ns - launch.begun_ns) / own;
    for (std::size_t i = whole; i < done.size(); ++i)
        done[i].stepping = sum * turns / static_cast<double>(done.size() - whole);
}

}  // namespace ghee::mlp::cuda
