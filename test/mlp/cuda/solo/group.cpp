// Replicas in form solo: each is, bit for bit, the network that its seed and its rows give alone, however launches cut its epochs.
#include "mlp/cuda/solo/group.hpp"

#include <cmath>
#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "emulated_solo.hpp"
#include "mlp/backend.hpp"
#include "mlp/cuda/order_key.hpp"
#include "mlp/cuda/shuffle.hpp"
#include "mlp/networks.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using namespace ghee::mlp::cuda;
using emulated::EmulatedGpu;

class SoloGroups : public testing::Test
{
  protected:
    static constexpr std::uint32_t rows = 90, tested = 20;

    SoloGroups()
    {
        spec_.network = test::network(5, {9, 7, 3}, Loss::cross_entropy, Activation::tanh);
        spec_.optimizer = {.learning_rate = 0.01};
        spec_.batch = 16;
        for (std::uint64_t r = 0; r < 3; ++r)
        {
            Replica one{.seed = 40 + r, .train_rows = {}, .test_rows = {}, .train_targets = {}};
            auto const order = permutation(rows, Random(r, 1));
            one.test_rows.assign(order.begin(), order.begin() + tested);
            one.train_rows.assign(order.begin() + tested, order.end());
            replicas_.push_back(one);
        }
        // The second one has targets of its own: every sample is of the next class.
        for (std::uint32_t const row : replicas_[1].train_rows)
            for (int o = 0; o < 3; ++o)
                replicas_[1].train_targets.push_back(data().targets[row * 3 + static_cast<std::uint32_t>((o + 1) % 3)]);
    }

    [[nodiscard]] Samples data() const
    {
        Samples all = data_->samples();
        if (!other_targets_.empty())
            all.targets = other_targets_;
        return all;
    }

    std::unique_ptr<SoloGroup> group()
    {
        TrainerSpec spec = spec_;
        spec.replicas = static_cast<int>(replicas_.size());
        auto gpu = std::make_unique<EmulatedGpu>();
        gpu_ = gpu.get();
        return std::make_unique<SoloGroup>(spec, std::move(gpu), solo_kernels(), data(), replicas_, lessons_);
    }

    using Course = std::vector<EpochDone>;
    static constexpr Seconds usual{0.1}, a_step{1e-9};
    /// In launches of about `span`.
    static std::map<int, Course> followed(SoloGroup& group, int* launches = nullptr, Seconds span = usual)
    {
        std::map<int, Course> all;
        while (!group.over())
        {
            for (EpochDone const& one : group.go_on(span))
                all[one.replica].push_back(one);
            if (launches != nullptr)
                ++*launches;
        }
        return all;
    }

    /// The same by a trainer of its own, with the rule of lib/train/stopping.cpp.
    Course alone(Replica const& replica, Weights& weights)
    {
        auto const gather = [&](std::vector<std::uint32_t> const& chosen)
        {
            std::pair<std::vector<float>, std::vector<float>> samples;
            for (std::uint32_t const row : chosen)
            {
                samples.first.insert(samples.first.end(), data().inputs.begin() + row * 5, data().inputs.begin() + row * 5 + 5);
                samples.second.insert(samples.second.end(), data().targets.begin() + row * 3, data().targets.begin() + row * 3 + 3);
            }
            return samples;
        };
        auto train = gather(replica.train_rows);
        auto const test = gather(replica.test_rows);
        if (!replica.train_targets.empty())
            train.second = replica.train_targets;
        TrainerSpec spec = spec_;
        spec.seed = replica.seed;
        auto const trainer = emulated::solo_trainer(spec);
        trainer->load({train.first, train.second, static_cast<std::int64_t>(replica.train_rows.size()), 5, 3},
                      {test.first, test.second, static_cast<std::int64_t>(replica.test_rows.size()), 5, 3});
        Course course;
        double best = std::numeric_limits<double>::infinity();
        int since_best = 0;
        for (std::int64_t epoch = 1; epoch <= lessons_.epochs; ++epoch)
        {
            EpochDone one{.replica = 0, .epoch = epoch, .trained = trainer->train_epoch(replica.seed, epoch), .tested = {}};
            bool stops = !std::isfinite(one.trained.loss_sum);
            if (!stops && (epoch == lessons_.epochs || epoch % lessons_.evaluate_every == 0))
            {
                one.tested = trainer->evaluate();
                double const loss = one.tested->loss_sum / static_cast<double>(one.tested->samples);
                double const accuracy = static_cast<double>(one.tested->correct) / static_cast<double>(one.tested->samples);
                since_best = loss < best ? 0 : since_best + 1;
                best = std::min(best, loss);
                stops = !std::isfinite(loss) || (lessons_.stop.target_loss && loss <= *lessons_.stop.target_loss) ||
                        (lessons_.stop.target_accuracy && accuracy >= *lessons_.stop.target_accuracy) ||
                        (lessons_.stop.patience > 0 && since_best >= lessons_.stop.patience);
            }
            course.push_back(one);
            if (stops)
                break;
        }
        weights = trainer->weights();
        return course;
    }

    /// Returns the number of epochs of each.
    std::vector<std::size_t> expect_each_as_alone(SoloGroup& group, std::map<int, Course> const& courses)
    {
        std::vector<std::size_t> lengths;
        for (std::size_t r = 0; r < replicas_.size(); ++r)
        {
            Weights weights;
            Course const want = alone(replicas_[r], weights);
            Course const& got = courses.at(static_cast<int>(r));
            lengths.push_back(want.size());
            EXPECT_EQ(got.size(), want.size()) << "replica " << r;
            for (std::size_t e = 0; e < std::min(got.size(), want.size()); ++e)
            {
                EXPECT_EQ(got[e].epoch, want[e].epoch);
                expect_same(got[e].trained, want[e].trained);
                EXPECT_EQ(got[e].tested.has_value(), want[e].tested.has_value()) << "replica " << r << ", epoch " << e + 1;
                if (got[e].tested && want[e].tested)
                    expect_same(*got[e].tested, *want[e].tested);
            }
            EXPECT_TRUE(group.weights(static_cast<int>(r)) == weights || std::isnan(want.back().trained.loss_sum)) << "replica " << r;
        }
        return lengths;
    }
    static void expect_same(Pass const& got, Pass const& want)
    {
        EXPECT_TRUE(got.loss_sum == want.loss_sum || (std::isnan(got.loss_sum) && std::isnan(want.loss_sum)));
        EXPECT_EQ(got.correct, want.correct);
        EXPECT_EQ(got.samples, want.samples);
        EXPECT_EQ(got.steps, want.steps);
    }

    TrainerSpec spec_;
    std::vector<Replica> replicas_;
    Lessons lessons_{.epochs = 5, .evaluate_every = 2, .has_accuracy = true, .stop = {}};
    EmulatedGpu* gpu_ = nullptr;
    std::vector<float> other_targets_;  ///< in place of the data's, where there are any
    std::unique_ptr<test::Rows> data_ = std::make_unique<test::Rows>(test::network(5, {3}, Loss::cross_entropy), rows, 6);
};

TEST_F(SoloGroups, TrainManyEpochsInOneLaunch)
{
    auto const some = group();
    int launches = 0;
    auto const courses = followed(*some, &launches);
    EXPECT_LE(launches, 3) << "the first one is short where nobody warmed up";
    EXPECT_EQ(gpu_->launches().at("solo"), launches);
    EXPECT_EQ(expect_each_as_alone(*some, courses), (std::vector<std::size_t>{5, 5, 5}));
}

TEST_F(SoloGroups, GiveTheSameBitsHoweverLaunchesCutTheirEpochs)
{
    auto const some = group();
    int launches = 0;
    auto const courses = followed(*some, &launches, a_step);
    EXPECT_EQ(launches, 5 * 5 + 3 * 1) << "one for each step, and for each evaluation";
    expect_each_as_alone(*some, courses);
}

TEST_F(SoloGroups, TellWhatAChunkTookByTheDevicesClock)
{
    lessons_.evaluate_every = 1;
    auto const some = group();
    Seconds const reckoned = some->of_a_chunk();
    Instant const begin = monotonic_clock().now();
    followed(*some);
    Seconds const elapsed(monotonic_clock().now() - begin);
    EXPECT_NE(some->of_a_chunk(), reckoned);
    EXPECT_GT(some->of_a_chunk().count(), 0);
    EXPECT_LE(some->of_a_chunk() * 5 * (5 + 1), elapsed * 1.01) << "five epochs of five steps and a test";
}

TEST_F(SoloGroups, CutNoStepInTwo)
{
    spec_.batch = 70;
    TrainerSpec spec = spec_;
    spec.replicas = 3;
    auto const facts = emulated::facts_with_shared(16);
    ASSERT_LT(plan_solo(spec, facts.shared_bytes_a_block).chunk, 70);
    SoloGroup cut(spec, std::make_unique<EmulatedGpu>(facts), solo_kernels(), data(), replicas_, lessons_);
    SoloGroup whole(spec, std::make_unique<EmulatedGpu>(facts), solo_kernels(), data(), replicas_, lessons_);
    int launches = 0;
    auto const got = followed(cut, &launches, a_step), want = followed(whole);
    EXPECT_EQ(launches, 5 * 1 + 3) << "one for each step, and for each evaluation";
    for (int r = 0; r < 3; ++r)
    {
        EXPECT_EQ(cut.weights(r), whole.weights(r));
        for (std::size_t e = 0; e < 5; ++e)
            expect_same(got.at(r)[e].trained, want.at(r)[e].trained);
    }
}

TEST_F(SoloGroups, StopEachAtItsOwnEnd)
{
    lessons_ = {.epochs = 60, .evaluate_every = 1, .has_accuracy = true, .stop = {.target_loss = {}, .target_accuracy = 0.9, .patience = 3}};
    spec_.optimizer.learning_rate = 0.05;
    // Also where each launch is so short that the rule has to be carried from one to the next.
    for (Seconds const span : {usual, a_step})
    {
        auto const some = group();
        auto const lengths = expect_each_as_alone(*some, followed(*some, nullptr, span));
        EXPECT_TRUE(lengths[0] != lengths[1] || lengths[1] != lengths[2]) << testing::PrintToString(lengths);
        EXPECT_LT(std::ranges::max(lengths), 60U);
    }
}

TEST_F(SoloGroups, StopAtATargetThatIsJustMet)
{
    lessons_ = {.epochs = 8, .evaluate_every = 1, .has_accuracy = true, .stop = {}};
    spec_.optimizer.learning_rate = 0.05;
    auto const free = group();
    Course const course = followed(*free).at(0);
    auto const least = std::ranges::min_element(course, {}, [](EpochDone const& one) { return one.tested->loss_sum; });
    auto const most = std::ranges::max_element(course, {}, [](EpochDone const& one) { return one.tested->correct; });
    auto const samples = static_cast<double>(least->tested->samples);
    lessons_.stop.target_loss = least->tested->loss_sum / samples;
    auto const at_loss = group();
    EXPECT_EQ(expect_each_as_alone(*at_loss, followed(*at_loss))[0], static_cast<std::size_t>(least->epoch));
    lessons_.stop = {.target_loss = {}, .target_accuracy = static_cast<double>(most->tested->correct) / samples};
    auto const at_accuracy = group();
    EXPECT_EQ(expect_each_as_alone(*at_accuracy, followed(*at_accuracy))[0], static_cast<std::size_t>(most->epoch));
}

TEST_F(SoloGroups, LosePatienceWithLossesThatStayTheSame)
{
    lessons_ = {.epochs = 9, .evaluate_every = 1, .has_accuracy = true, .stop = {.target_loss = {}, .target_accuracy = {}, .patience = 2}};
    spec_.optimizer.learning_rate = 1e-30;
    auto const some = group();
    EXPECT_EQ(expect_each_as_alone(*some, followed(*some)), (std::vector<std::size_t>{3, 3, 3}));
}

TEST_F(SoloGroups, AskForNoAccuracyWhereThereIsNone)
{
    lessons_.has_accuracy = false;
    lessons_.stop.target_accuracy = 0.01;
    auto const some = group();
    for (auto const& [replica, course] : followed(*some))
        EXPECT_EQ(course.size(), 5U);
}

TEST_F(SoloGroups, EndWithATestLossThatIsNotFinite)
{
    for (Replica& one : replicas_)
        if (one.train_targets.empty())
            for (std::uint32_t const row : one.train_rows)
                one.train_targets.insert(one.train_targets.end(), data().targets.begin() + row * 3, data().targets.begin() + row * 3 + 3);
    other_targets_.assign(data().targets.begin(), data().targets.end());
    other_targets_[replicas_[2].test_rows[4] * 3] = std::numeric_limits<float>::quiet_NaN();
    auto const some = group();
    auto const lengths = expect_each_as_alone(*some, followed(*some));
    EXPECT_EQ(lengths[2], 2U) << "the first epoch is not tested";
}

TEST_F(SoloGroups, LetTheOthersGoOnWhenOneDiverges)
{
    replicas_[1].train_targets[5] = std::numeric_limits<float>::quiet_NaN();
    auto const some = group();
    EXPECT_EQ(expect_each_as_alone(*some, followed(*some)), (std::vector<std::size_t>{5, 1, 5}));
}

TEST_F(SoloGroups, TakeMoreEpochsThanOneLaunchCanTell)
{
    for (Replica& one : replicas_)
    {
        one.train_targets.clear();
        one.train_rows.resize(3);
        one.test_rows.resize(2);
    }
    replicas_.resize(1);
    spec_.network = test::network(5, {3}, Loss::cross_entropy);
    lessons_.epochs = most_solo_records + 30;
    lessons_.evaluate_every = 500;
    auto const some = group();
    auto const courses = followed(*some);
    ASSERT_EQ(courses.at(0).size(), static_cast<std::size_t>(lessons_.epochs));
    for (std::int64_t e = 0; e < lessons_.epochs; ++e)
        ASSERT_EQ(courses.at(0)[static_cast<std::size_t>(e)].epoch, e + 1);
}

TEST_F(SoloGroups, TellTimesInOrderAndWithinTheTraining)
{
    Instant const begin = monotonic_clock().now();
    auto const some = group();
    auto const courses = followed(*some);
    Instant const end = monotonic_clock().now();
    for (auto const& [replica, course] : courses)
    {
        Instant last = begin;
        for (EpochDone const& one : course)
        {
            EXPECT_LE(last, one.begin);
            EXPECT_LT(one.begin, one.trained_at);
            EXPECT_LE(one.trained_at, one.tested_at);
            EXPECT_EQ(one.trained_at < one.tested_at, one.tested.has_value());
            EXPECT_GT(one.stepping.count(), 0);
            last = one.tested_at;
        }
        EXPECT_LE(last, end);
    }
}

TEST_F(SoloGroups, TellTheTimeInWhichAllOfThemTakeAStep)
{
    auto const some = group();
    std::map<int, Seconds> own, told;
    for (EpochDone const& one : some->go_on())
    {
        own[one.replica] += Seconds(one.trained_at - one.begin);
        told[one.replica] += one.stepping;
    }
    double parts = 0;  // the emulated machine has its blocks one after another, so each has its part of the time
    for (auto const& [replica, time] : own)
        parts += time / told.at(replica);
    EXPECT_EQ(own.size(), 3U);
    EXPECT_LE(parts, 1.001);
}

TEST_F(SoloGroups, ForgetTheirWarmUpAndBeginAnew)
{
    auto const warm = group();
    warm->warm_up(Seconds(0.02));
    EXPECT_GT(gpu_->launches().at("solo"), 0);
    auto const first = followed(*warm);
    expect_each_as_alone(*warm, first);
    warm->reset();
    EXPECT_FALSE(warm->over());
    auto const second = followed(*warm);
    for (auto const& [replica, course] : first)
        for (std::size_t e = 0; e < course.size(); ++e)
            expect_same(second.at(replica)[e].trained, course[e].trained);
}

TEST_F(SoloGroups, HoldTheMemoryTheyTell)
{
    auto const some = group();
    TrainerSpec spec = spec_;
    EXPECT_EQ(some->memory_bytes(),
              SoloNetworks::bytes_for(plan_solo(spec, gpu_->facts().shared_bytes_a_block), 3, lessons_.epochs) +
                  3 * static_cast<std::size_t>(plan_solo(spec, gpu_->facts().shared_bytes_a_block).state_floats) * sizeof(float));
    EXPECT_LE(some->memory_bytes(), gpu_->bytes());
}
}  // namespace
