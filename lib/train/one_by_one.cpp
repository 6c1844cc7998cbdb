// Sharing networks among threads.
#include "train/one_by_one.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <new>
#include <string>
#include <utility>

#include "base/contract.hpp"
#include "base/error.hpp"
#include "train/warmup.hpp"

namespace ghee::train {

namespace {
constexpr Seconds between_meetings{0.1};
constexpr Seconds worth_calling_helpers{1e-4};
}  // namespace

OneByOne::OneByOne(std::vector<Pupil> pupils, mlp::Lessons const& lessons, int batch, std::shared_ptr<Helpers> helpers, Clock& clock)
    : lessons_(lessons), batch_(batch), helpers_(std::move(helpers)), clock_(clock)
{
    GHEE_EXPECT(!pupils.empty() && helpers_->threads() <= static_cast<int>(pupils.size()));
    for (Pupil const& pupil : pupils)
        desks_.push_back({.replica = static_cast<int>(desks_.size()), .pupil = pupil, .ending = Ending(lessons)});
}

void OneByOne::warm_up(Seconds budget)
{
    Instant const start = clock_.now();
    auto const threads = static_cast<std::size_t>(helpers_->threads());
    helpers_->run(
        [&](int thread)
        {
            Seconds left = budget;
            for (auto i = static_cast<std::size_t>(thread); i < desks_.size() && left > Seconds(0); i += threads)
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
    auto const threads = static_cast<std::size_t>(helpers_->threads());
    std::int64_t const first_epoch = learning.front()->epochs + 1;  // of all: they are kept in step
    std::int64_t const last_epoch = std::min(lessons_.epochs, first_epoch + (desks_.size() == 1 ? 0 : at_once_ - 1));
    std::vector<std::vector<mlp::EpochDone>> shares(threads);
    Instant const begin = clock_.now();
    helpers_->run(
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
    auto const anew = [this](Desk& desk)
    {
        desk.pupil.trainer->reset();
        desk.ending = Ending(lessons_);
        desk.epochs = 0;
    };
    Instant const begin = clock_.now();
    std::size_t first = 0;
    while (first < desks_.size() && (helpers_->threads() == 1 || Seconds(clock_.now() - begin) < worth_calling_helpers))
        anew(desks_[first++]);
    if (first == desks_.size())
        return;
    auto const threads = static_cast<std::size_t>(helpers_->threads());
    helpers_->run(
        [&](int thread)
        {
            for (auto i = first + static_cast<std::size_t>(thread); i < desks_.size(); i += threads)
                anew(desks_[i]);
        });
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
    return own + (own.empty() ? "" : ", ") +
           (helpers_->threads() == 1 ? "one by one" : "one by one on each of " + std::to_string(helpers_->threads()) + " threads");
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
class Trainers
{
  public:
    Trainers(mlp::Backend const& backend, mlp::TrainerSpec const& spec, data::Dataset const& dataset, std::vector<mlp::Replica> const& replicas,
             Helpers& helpers, Observer const& observer)
        : splits_(replicas.size()), trainers_(replicas.size())
    {
        auto const threads = static_cast<std::size_t>(helpers.threads());
        std::atomic<std::size_t> made{0};
        std::atomic<bool> stop{false};
        helpers.run(
            [&](int thread)
            {
                for (auto i = static_cast<std::size_t>(thread); i < replicas.size() && !stop; i += threads)
                {
                    try
                    {
                        make(i, backend, spec, dataset, replicas[i]);
                    }
                    catch (...)
                    {
                        stop = true;
                        explain(made, replicas.size());
                    }
                    ++made;
                    if (thread != 0)
                        continue;
                    if (observer.made)
                        observer.made(static_cast<int>(made), static_cast<int>(replicas.size()));
                    if (observer.stop_requested && observer.stop_requested())
                        stop = true;
                }
            });
        if (stop)
            throw Error("the training was not finished", "stopped while its replicas were made");
    }

    [[nodiscard]] std::vector<Pupil> pupils(std::vector<mlp::Replica> const& replicas) const
    {
        std::vector<Pupil> list;
        for (std::size_t i = 0; i < replicas.size(); ++i)
            list.push_back({trainers_[i].get(), replicas[i].seed, splits_[i].train_rows, splits_[i].test_rows});
        return list;
    }

  private:
    void make(std::size_t i, mlp::Backend const& backend, mlp::TrainerSpec spec, data::Dataset const& dataset, mlp::Replica const& replica)
    {
        spec.seed = replica.seed;
        data::Split& split = splits_[i] = data::take_rows(dataset, {replica.train_rows, replica.test_rows, replica.train_targets});
        trainers_[i] = backend.make(spec);
        trainers_[i]->load({split.train_inputs, split.train_targets, split.train_rows, dataset.features, dataset.outputs},
                           {split.test_inputs, split.test_targets, split.test_rows, dataset.features, dataset.outputs});
        // A GPU has its own copy, and R of them on the host would be R data sets.
        if (backend.device == Device::gpu)
            split.train_inputs = split.train_targets = split.test_inputs = split.test_targets = {};
    }

    /// Throws on what is being handled; where others were made, it is their number that is too much.
    [[noreturn]] static void explain(std::size_t made, std::size_t wanted)
    {
        std::string const problem = std::to_string(wanted) + " replicas cannot be made";
        auto const reason = [&](std::string const& why) { return std::to_string(made) + " are; then " + why; };
        try
        {
            throw;
        }
        catch (std::bad_alloc const&)
        {
            throw Error(problem, reason("memory is out"), "choose fewer replicas");
        }
        catch (Error const& error)
        {
            if (made == 0)
                throw;
            throw Error(problem, reason(error.problem() + (error.why().empty() ? "" : ": " + error.why())), "choose fewer replicas");
        }
    }

    std::vector<data::Split> splits_;
    std::vector<std::unique_ptr<mlp::Trainer>> trainers_;
};

class Class final : private Trainers, public OneByOne
{
  public:
    Class(Trainers made, std::vector<mlp::Replica> const& replicas, mlp::Lessons const& lessons, int batch, std::shared_ptr<Helpers> helpers,
          Clock& clock)
        : Trainers(std::move(made)), OneByOne(pupils(replicas), lessons, batch, std::move(helpers), clock)
    {
    }
};
}  // namespace

std::unique_ptr<mlp::Group> make_one_by_one(mlp::Backend const& backend, mlp::TrainerSpec const& spec, data::Dataset const& dataset,
                                            std::vector<mlp::Replica> const& replicas, mlp::Lessons const& lessons, int threads, Clock& clock,
                                            Observer const& observer)
{
    auto const helpers = std::make_shared<Helpers>(std::min(threads, static_cast<int>(replicas.size())));
    return std::make_unique<Class>(Trainers(backend, spec, dataset, replicas, *helpers, observer), replicas, lessons, spec.batch, helpers, clock);
}

}  // namespace ghee::train
