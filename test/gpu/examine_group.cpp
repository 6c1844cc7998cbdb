// Training a group and comparing its replicas.
#include "examine_group.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/random.hpp"
#include "chosen_rows.hpp"
#include "epoch_order.hpp"
#include "examine.hpp"
#include "lessons.hpp"
#include "mlp/distance.hpp"
#include "mlp/reference/reference.hpp"

namespace ghee::gpu {

namespace {
using namespace ghee::mlp;

constexpr int held_against_the_reference = 2;
constexpr std::chrono::milliseconds slack_of_clocks{20};

/// What a replica, or the network that it should be, has said.
struct Story
{
    std::vector<EpochDone> epochs;
    Weights weights;
};
using Stories = std::vector<Story>;

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool same(Pass const& a, Pass const& b)
{
    return same(a.loss_sum, b.loss_sum) && a.correct == b.correct && a.samples == b.samples && a.steps == b.steps;
}

bool same(Weights const& a, Weights const& b)
{
    auto const equal = [](std::vector<double> const& x, std::vector<double> const& y)
    { return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](double u, double v) { return same(u, v); }); };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](Layer const& x, Layer const& y) { return equal(x.weights, y.weights) && equal(x.biases, y.biases); });
}

bool diverged(Story const& story)
{
    return std::any_of(story.epochs.begin(), story.epochs.end(), [](EpochDone const& one) { return !std::isfinite(one.trained.loss_sum); });
}

/// Where two stories part; empty: nowhere.
std::string parting(Story const& a, Story const& b)
{
    for (std::size_t i = 0; i < std::min(a.epochs.size(), b.epochs.size()); ++i)
    {
        EpochDone const &x = a.epochs[i], &y = b.epochs[i];
        std::string const where = " of epoch " + std::to_string(i + 1);
        if (!same(x.trained, y.trained))
            return "the training" + where;
        if (!std::isfinite(x.trained.loss_sum))
            continue;  // whether it is tested all the same is its own affair
        if (x.tested.has_value() != y.tested.has_value())
            return "whether there is a test" + where;
        if (x.tested && !same(*x.tested, *y.tested))
            return "the test" + where;
    }
    if (a.epochs.size() != b.epochs.size())
        return "the number of epochs, " + std::to_string(a.epochs.size()) + " and " + std::to_string(b.epochs.size());
    return same(a.weights, b.weights) ? "" : "the weights at the end";
}

/// The replica on a trainer of its own.
Story alone(Trainer& trainer, Samples data, Replica const& replica, Lessons const& lessons)
{
    ChosenRows const train(data, replica.train_rows, replica.train_targets), test(data, replica.test_rows);
    trainer.load(train.samples(), test.samples());
    Story story;
    Ending ending(lessons);
    for (bool over = false; !over;)
    {
        EpochDone done;
        done.epoch = static_cast<std::int64_t>(story.epochs.size()) + 1;
        done.trained = trainer.draws_order()
                           ? trainer.train_epoch(replica.seed, done.epoch)
                           : trainer.train(epoch_order(static_cast<std::uint32_t>(train.samples().count), replica.seed, done.epoch));
        if (is_tested(lessons, done.epoch) && std::isfinite(done.trained.loss_sum))
            done.tested = trainer.evaluate();
        over = ending.after(done);
        story.epochs.push_back(done);
    }
    story.weights = trainer.weights();
    return story;
}

/// Goes on until all is over. What is out of order on the way is added to `mistakes`.
Stories told(Group& group, Lessons const& lessons, double& longest, std::string& mistakes)
{
    Stories stories(static_cast<std::size_t>(group.replicas()));
    Instant const start = monotonic_clock().now();
    std::int64_t const most_calls = 1000 + lessons.epochs * group.replicas();
    for (std::int64_t calls = 0; !group.over(); ++calls)
    {
        if (calls > most_calls)
        {
            mistakes += "it is never over; ";
            return stories;
        }
        Instant const begin = monotonic_clock().now();
        auto const ended = group.go_on();
        Instant const now = monotonic_clock().now();
        longest = std::max(longest, Seconds(now - begin).count());
        for (EpochDone const& done : ended)
        {
            if (done.replica < 0 || done.replica >= group.replicas())
            {
                mistakes += "there is no replica " + std::to_string(done.replica) + "; ";
                return stories;
            }
            Story& story = stories[static_cast<std::size_t>(done.replica)];
            std::string const whose = " (replica " + std::to_string(done.replica) + ", epoch " + std::to_string(done.epoch) + "); ";
            if (done.epoch != static_cast<std::int64_t>(story.epochs.size()) + 1)
                mistakes += "epochs are out of order" + whose;
            Instant const before = story.epochs.empty() ? start - slack_of_clocks : story.epochs.back().tested_at;
            if (done.begin < before || done.trained_at < done.begin || done.tested_at < done.trained_at || done.tested_at > now + slack_of_clocks)
                mistakes += "times are out of order" + whose;
            story.epochs.push_back(done);
            if (mistakes.size() > 400)
                return stories;
        }
    }
    for (int r = 0; r < group.replicas(); ++r)
        stories[static_cast<std::size_t>(r)].weights = group.weights(r);
    return stories;
}

/// The largest of what the story's losses and weights are off by.
double off(Story const& got, Story const& wanted)
{
    double worst = test::distance(got.weights, wanted.weights, nullptr);
    auto const add = [&](double x, double y)
    {
        double const here = std::abs(x - y) / std::abs(y);
        worst = std::isnan(here) ? HUGE_VAL : std::max(worst, here);
    };
    for (std::size_t i = 0; i < std::min(got.epochs.size(), wanted.epochs.size()); ++i)
    {
        add(got.epochs[i].trained.loss_sum, wanted.epochs[i].trained.loss_sum);
        if (got.epochs[i].tested && wanted.epochs[i].tested)
            add(got.epochs[i].tested->loss_sum, wanted.epochs[i].tested->loss_sum);
    }
    return worst;
}

/// Between the losses that two replicas reach in the middle of their epochs: one will be there sooner than the other.
double dividing_loss(std::vector<double> losses)
{
    std::sort(losses.begin(), losses.end());
    std::size_t const middle = losses.size() / 2;
    return (losses[middle - 1] + losses[middle]) / 2;
}
}  // namespace

GroupExamination::GroupExamination(GroupCase one) : case_(std::move(one)), rows_(case_.spec.network, case_.train_rows + case_.test_rows + 7, 31)
{
    Samples const data = rows_.samples();
    auto const all = static_cast<std::uint32_t>(data.count);
    for (int r = 0; r < case_.replicas; ++r)
    {
        Replica replica{.seed = 1000 + static_cast<std::uint64_t>(r) * 77, .train_rows = {}, .test_rows = {}, .train_targets = {}};
        auto const order = permutation(all, Random(replica.seed, 6));
        auto const begin = order.begin(), middle = begin + case_.train_rows;
        replica.train_rows.assign(begin, middle);
        replica.test_rows.assign(middle, middle + case_.test_rows);
        if (case_.own_targets)
        {
            // Another row's, as label noise takes them: still what the loss wants.
            ChosenRows const others(data, std::vector<std::uint32_t>(order.end() - case_.train_rows, order.end()));
            auto const targets = others.samples().targets;
            replica.train_targets.assign(targets.begin(), targets.end());
        }
        replicas_.push_back(std::move(replica));
    }
    if (!case_.different_ends)
        return;
    std::vector<double> losses;
    Lessons half = case_.lessons;
    half.epochs /= 2;
    for (Replica const& replica : replicas_)
    {
        TrainerSpec spec = case_.spec;
        spec.seed = replica.seed;
        ReferenceTrainer reference(spec);
        auto const tested = alone(reference, data, replica, half).epochs.back().tested;
        losses.push_back(tested->loss_sum / static_cast<double>(tested->samples));
    }
    case_.lessons.stop.target_loss = dividing_loss(losses);
}

TrainerSpec GroupExamination::spec_for(Subject const& subject) const
{
    TrainerSpec spec = subject.ask(case_.spec);
    spec.replicas = case_.replicas;
    return spec;
}

GroupExamination::Finding GroupExamination::of(Subject const& subject) const
{
    Finding finding;
    Backend const& backend = *subject.backend;
    TrainerSpec const spec = spec_for(subject);
    auto const group = backend.make_group == nullptr ? nullptr : backend.make_group(spec, rows_.samples(), replicas_, case_.lessons);
    if (group == nullptr)
        return finding;
    finding.compared = true;
    std::string& mistakes = finding.mistakes;
    if (group->replicas() != case_.replicas)
    {
        mistakes = "it has " + std::to_string(group->replicas()) + " replicas";
        return finding;
    }
    group->warm_up(Seconds(0.01));
    Stories const stories = told(*group, case_.lessons, finding.longest_go_on, mistakes);
    group->reset();
    Stories const again = told(*group, case_.lessons, finding.longest_go_on, mistakes);
    if (!mistakes.empty())
        return finding;

    // Of many replicas that part the first is enough to know.
    auto const apart = [&](char const* from, int replica, std::string const& where)
    {
        if (!where.empty() && mistakes.size() < 400)
            mistakes += "replica " + std::to_string(replica) + " parts from " + from + " in " + where + "; ";
    };
    TrainerSpec one = spec;
    one.replicas = 1;
    double const allowed_off = allowed(subject.precision, case_.tolerance);
    for (int r = 0; r < case_.replicas; ++r)
    {
        auto const i = static_cast<std::size_t>(r);
        one.seed = replicas_[i].seed;
        apart("itself, after a reset,", r, parting(again[i], stories[i]));
        apart("a trainer of its own", r, parting(stories[i], alone(*backend.make(one), rows_.samples(), replicas_[i], case_.lessons)));
        if (r >= held_against_the_reference)
            continue;
        auto const group_of_one = backend.make_group(one, rows_.samples(), {replicas_[i]}, case_.lessons);
        apart("a group of one", r, parting(stories[i], told(*group_of_one, case_.lessons, finding.longest_go_on, mistakes).front()));
        if (diverged(stories[i]))
            continue;
        // As many epochs as the subject took: a loss beside its target may end one earlier than the other.
        Lessons as_many = case_.lessons;
        as_many.epochs = static_cast<std::int64_t>(stories[i].epochs.size());
        as_many.stop = {};
        TrainerSpec exact = case_.spec;
        exact.seed = one.seed;
        ReferenceTrainer reference(exact);
        double const here = off(stories[i], alone(reference, rows_.samples(), replicas_[i], as_many));
        finding.off = std::max(finding.off, here / allowed_off);
        if (!(here <= allowed_off))
            mistakes += "replica " + std::to_string(r) + " is off by " + std::to_string(here) + "; ";
    }
    bool const all_alike = std::all_of(stories.begin(), stories.end(), [&](Story const& s) { return s.epochs.size() == stories[0].epochs.size(); });
    if (case_.different_ends && all_alike)
        mistakes += "all replicas end with the same epoch; ";
    if (case_.diverges && !std::all_of(stories.begin(), stories.end(), diverged))
        mistakes += "a loss stays finite that cannot; ";
    return finding;
}

}  // namespace ghee::gpu
