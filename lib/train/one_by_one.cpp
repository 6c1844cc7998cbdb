// Sharing networks among threads.
#include "train/one_by_one.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/contract.hpp"
#include "train/in_threads.hpp"
#include "train/warmup.hpp"

namespace ghee::train {

namespace {
constexpr Seconds between_meetings{0.1};
}  // namespace

OneByOne::OneByOne(std::vector<Pupil> pupils, mlp::Lessons const& lessons, int batch, int threads, Clock& clock)
    : lessons_(lessons), batch_(batch), threads_(std::min(threads, static_cast<int>(pupils.size()))), clock_(clock)
{
    GHEE_EXPECT(!pupils.empty() && threads > 0);
    for (Pupil const& pupil : pupils)
        desks_.push_back({.replica = static_cast<int>(desks_.size()), .pupil = pupil, .ending = Ending(lessons)});
}

void OneByOne::warm_up(Seconds budget)
{
    Instant const start = clock_.now();
    in_threads(threads_,
               [&](int thread)
               {
                   Seconds left = budget;
                   for (auto i = static_cast<std::size_t>(thread); i < desks_.size() && left > Seconds(0); i += static_cast<std::size_t>(threads_))
                   {
                       Pupil const& pupil = desks_[i].pupil;
                       train::warm_up(*pupil.trainer, data::epoch_order(pupil.train_rows, pupil.seed, 1), batch_, pupil.test_rows, left, clock_);
                       left = budget - Seconds(clock_.now() - start);
                   }
               });
}

mlp::EpochDone OneByOne::next_epoch(Desk& desk) const
{
    mlp::Trainer& trainer = *desk.pupil.trainer;
    mlp::EpochDone done;
    done.replica = desk.replica;
    done.epoch = ++desk.epochs;
    done.begin = clock_.now();
    std::vector<std::uint32_t> order;
    if (!trainer.draws_order())
        order = data::epoch_order(desk.pupil.train_rows, desk.pupil.seed, done.epoch);
    Instant const ordered = clock_.now();
    done.trained = trainer.draws_order() ? trainer.train_epoch(desk.pupil.seed, done.epoch) : trainer.train(order);
    done.trained_at = done.tested_at = clock_.now();
    done.stepping = Seconds(done.trained_at - ordered);
    bool const goes_wrong = !std::isfinite(done.trained.loss_sum);
    if (desk.ending.tests(done.epoch) && !goes_wrong)
    {
        done.tested = trainer.evaluate();
        done.tested_at = clock_.now();
    }
    desk.ending.after(figures_of(done, lessons_));
    return done;
}

std::vector<mlp::EpochDone> OneByOne::go_on()
{
    GHEE_EXPECT(!over());
    std::vector<Desk*> learning;
    for (Desk& desk : desks_)
        if (!desk.ending.over())
            learning.push_back(&desk);
    auto const threads = std::min(static_cast<std::size_t>(threads_), learning.size());
    std::int64_t const first_epoch = learning.front()->epochs + 1;  // of all: they are kept in step
    std::int64_t const last_epoch = std::min(lessons_.epochs, first_epoch + (desks_.size() == 1 ? 0 : at_once_ - 1));
    std::vector<std::vector<mlp::EpochDone>> shares(threads);
    Instant const begin = clock_.now();
    in_threads(static_cast<int>(threads),
               [&](int thread)
               {
                   auto const first = static_cast<std::size_t>(thread);
                   std::vector<mlp::EpochDone> share;
                   // One network's epochs one after the other: its data are in the caches then.
                   for (std::size_t i = first; i < learning.size(); i += threads)
                       for (std::int64_t epoch = first_epoch; epoch <= last_epoch && !learning[i]->ending.over(); ++epoch)
                           share.push_back(next_epoch(*learning[i]));
                   shares[first] = std::move(share);
               });
    if (Seconds const taken(clock_.now() - begin); taken > Seconds(0))
    {
        std::int64_t const done = last_epoch - first_epoch + 1;
        at_once_ = std::clamp(static_cast<std::int64_t>(static_cast<double>(done) * (between_meetings / taken)), std::int64_t{1}, 16 * done);
    }

    auto const round_of = [&](mlp::EpochDone const& done) { return static_cast<std::size_t>(done.epoch - first_epoch); };
    std::vector<Seconds> stepping(static_cast<std::size_t>(last_epoch - first_epoch + 1));  // of the slowest thread
    std::vector<mlp::EpochDone> all;
    for (auto const& share : shares)
    {
        std::vector<Seconds> own(stepping.size());
        for (mlp::EpochDone const& done : share)
            own[round_of(done)] += done.stepping;
        for (std::size_t round = 0; round < own.size(); ++round)
            stepping[round] = std::max(stepping[round], own[round]);
        all.insert(all.end(), share.begin(), share.end());
    }
    for (mlp::EpochDone& done : all)
        done.stepping = stepping[round_of(done)];
    std::stable_sort(all.begin(), all.end(),
                     [](auto const& a, auto const& b) { return std::pair(a.epoch, a.replica) < std::pair(b.epoch, b.replica); });
    return all;
}

bool OneByOne::over() const
{
    return std::all_of(desks_.begin(), desks_.end(), [](Desk const& desk) { return desk.ending.over(); });
}

void OneByOne::reset()
{
    for (Desk& desk : desks_)
    {
        desk.pupil.trainer->reset();
        desk.ending = Ending(lessons_);
        desk.epochs = 0;
    }
}

mlp::Weights OneByOne::weights(int replica) const
{
    GHEE_EXPECT(replica >= 0 && replica < replicas());
    return desks_[static_cast<std::size_t>(replica)].pupil.trainer->weights();
}

std::string OneByOne::form() const
{
    std::string const own = desks_.front().pupil.trainer->form();
    if (desks_.size() == 1)
        return own;
    return own + (own.empty() ? "" : ", ") + (threads_ == 1 ? "one by one" : "one by one on each of " + std::to_string(threads_) + " threads");
}

std::size_t OneByOne::memory_bytes() const
{
    std::size_t sum = 0;
    for (Desk const& desk : desks_)
        sum += desk.pupil.trainer->memory_bytes();
    return sum;
}

namespace {
/// Made by the threads that will train: so memory lies near them.
struct Trainers
{
    std::vector<data::Split> splits;
    std::vector<std::unique_ptr<mlp::Trainer>> trainers;

    Trainers(mlp::Backend const& backend, mlp::TrainerSpec const& spec, data::Dataset const& dataset, std::vector<mlp::Replica> const& replicas,
             int threads)
        : splits(replicas.size()), trainers(replicas.size())
    {
        auto const at_once = std::min(threads, static_cast<int>(replicas.size()));
        in_threads(at_once,
                   [&](int thread)
                   {
                       for (auto i = static_cast<std::size_t>(thread); i < replicas.size(); i += static_cast<std::size_t>(at_once))
                       {
                           mlp::Replica const& replica = replicas[i];
                           auto own = spec;
                           own.seed = replica.seed;
                           data::Split& split = splits[i] = data::take_rows(dataset, {replica.train_rows, replica.test_rows, replica.train_targets});
                           trainers[i] = backend.make(own);
                           trainers[i]->load({split.train_inputs, split.train_targets, split.train_rows, dataset.features, dataset.outputs},
                                             {split.test_inputs, split.test_targets, split.test_rows, dataset.features, dataset.outputs});
                       }
                   });
    }

    [[nodiscard]] std::vector<Pupil> pupils(std::vector<mlp::Replica> const& replicas) const
    {
        std::vector<Pupil> list;
        for (std::size_t i = 0; i < replicas.size(); ++i)
            list.push_back({trainers[i].get(), replicas[i].seed, splits[i].train_rows, splits[i].test_rows});
        return list;
    }
};

class Class final : private Trainers, public OneByOne
{
  public:
    Class(Trainers made, std::vector<mlp::Replica> const& replicas, mlp::Lessons const& lessons, int batch, int threads, Clock& clock)
        : Trainers(std::move(made)), OneByOne(pupils(replicas), lessons, batch, threads, clock)
    {
    }
};
}  // namespace

std::unique_ptr<mlp::Group> make_one_by_one(mlp::Backend const& backend, mlp::TrainerSpec const& spec, data::Dataset const& dataset,
                                            std::vector<mlp::Replica> const& replicas, mlp::Lessons const& lessons, int threads, Clock& clock)
{
    return std::make_unique<Class>(Trainers(backend, spec, dataset, replicas, threads), replicas, lessons, spec.batch, threads, clock);
}

}  // namespace ghee::train
