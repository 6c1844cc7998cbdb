// The encoding, each rule by hand.
#include "data/encode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/packing.hpp"

namespace {
using namespace ghee;
using namespace ghee::data;
using ghee::data::test::error_of;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

/// 22 rows: a constant, a pair, three categories, a number with more than 20 values, the target in the middle.
Table every_rule()
{
    std::string text = "constant\tpair\ttarget\tcategory\tnumber\n";
    for (int i = 0; i < 22; ++i)
        text += "7.5\t" + std::string(i % 2 ? "3" : "-1") + "\t" + std::to_string(i % 3 * 10) + "\t" + std::to_string(5 - i % 3) + "\t" +
                std::to_string(2 * i) + ".5\n";
    return parse_tsv(text, "every.tsv");
}

TEST(Encoding, EveryRuleByHand)
{
    auto const data = encode(every_rule(), std::nullopt, "every");
    EXPECT_EQ(data.rows, 22);
    ASSERT_EQ(data.features, 1 + 3 + 1);  // pair, three categories, number; the constant is gone
    ASSERT_EQ(data.outputs, 3);
    auto const row = [&](int i) { return std::vector<float>(data.inputs.begin() + 5 * i, data.inputs.begin() + 5 * (i + 1)); };
    // pair: the smaller value (-1) is 0. category 5, 4, 3: one-hot in ascending order. number: 0.5 .. 42.5.
    EXPECT_THAT(row(0), ElementsAre(0.f, 0.f, 0.f, 1.f, 0.f));
    EXPECT_THAT(row(1), ElementsAre(1.f, 0.f, 1.f, 0.f, static_cast<float>(2. / 42)));
    EXPECT_THAT(row(2), ElementsAre(0.f, 1.f, 0.f, 0.f, static_cast<float>(4. / 42)));
    EXPECT_THAT(row(21), ElementsAre(1.f, 0.f, 0.f, 1.f, 1.f));
    auto const target = [&](int i) { return std::vector<float>(data.targets.begin() + 3 * i, data.targets.begin() + 3 * (i + 1)); };
    EXPECT_THAT(target(0), ElementsAre(1.f, 0.f, 0.f));
    EXPECT_THAT(target(1), ElementsAre(0.f, 1.f, 0.f));
    EXPECT_THAT(target(2), ElementsAre(0.f, 0.f, 1.f));
    EXPECT_EQ(data.task, TaskKind::classification);
    EXPECT_TRUE(data.task_inferred);
    EXPECT_EQ(data.output_activation, OutputActivation::softmax);
    EXPECT_EQ(data.loss, Loss::cross_entropy);
}

std::vector<double> values(int distinct)
{
    std::vector<double> column;
    for (int i = 0; i < 3 * distinct; ++i)
        column.push_back((i * 7) % distinct);
    return column;
}

TEST(Encoding, TwentyDistinctValuesAreCategoriesAndTwentyOneAreANumber)
{
    EXPECT_EQ(code_of_column(values(1)).kind, Code::Kind::dropped);
    EXPECT_EQ(code_of_column(values(2)).kind, Code::Kind::binary);
    EXPECT_EQ(code_of_column(values(3)).kind, Code::Kind::one_hot);
    EXPECT_EQ(code_of_column(values(20)).kind, Code::Kind::one_hot);
    EXPECT_EQ(code_of_column(values(20)).width(), 20);
    EXPECT_EQ(code_of_column(values(22)).kind, Code::Kind::min_max);
    EXPECT_EQ(code_of_column(values(22)).width(), 1);
}

TEST(Encoding, ARangeThatOverflowsDoubleStillLandsBetweenZeroAndOne)
{
    std::vector<double> column{-1.7e308, 1.7e308};
    for (int i = 0; i < 30; ++i)
        column.push_back(i);
    auto const code = code_of_column(column);
    float to = -1;
    code.write(-1.7e308, &to);
    EXPECT_EQ(to, 0.f);
    code.write(1.7e308, &to);
    EXPECT_EQ(to, 1.f);
    code.write(0, &to);
    EXPECT_FLOAT_EQ(to, 0.5f);
}

TEST(Encoding, NegativeZeroIsZero) { EXPECT_EQ(code_of_column({0., -0., 0.}).kind, Code::Kind::dropped); }

TEST(Targets, TheTaskFollowsFromTheNumberOfValuesUnlessItIsNamed)
{
    EXPECT_EQ(code_of_target(2, {}, "t").task, TaskKind::binary);
    EXPECT_EQ(code_of_target(3, {}, "t").task, TaskKind::classification);
    EXPECT_EQ(code_of_target(20, {}, "t").task, TaskKind::classification);
    EXPECT_EQ(code_of_target(21, {}, "t").task, TaskKind::regression);
    EXPECT_TRUE(code_of_target(21, {}, "t").inferred);
    EXPECT_FALSE(code_of_target(21, TaskKind::regression, "t").inferred);
}

TEST(Targets, RegressionFollowsTheRuleOfColumnsAsTheStudyRanIt)
{
    EXPECT_EQ(code_of_target(6, TaskKind::regression, "t").outputs, 6);  // 294_satellite_image
    EXPECT_EQ(code_of_target(2, TaskKind::regression, "t").outputs, 1);  // banana
    EXPECT_EQ(code_of_target(157, TaskKind::regression, "t").outputs, 1);
    for (int const distinct : {2, 6, 157})
    {
        EXPECT_EQ(code_of_target(distinct, TaskKind::regression, "t").output_activation, OutputActivation::sigmoid);
        EXPECT_EQ(code_of_target(distinct, TaskKind::regression, "t").loss, Loss::mse);
    }
}

TEST(Targets, ClassificationIsOneHotWhateverTheNumberOfClasses)
{
    EXPECT_EQ(code_of_target(2, TaskKind::classification, "t").outputs, 2);
    EXPECT_EQ(code_of_target(157, TaskKind::classification, "t").outputs, 157);
    EXPECT_EQ(code_of_target(157, TaskKind::classification, "t").output_activation, OutputActivation::softmax);
}

TEST(Targets, WhatCannotBeIsRefusedWithTheCount)
{
    EXPECT_THAT(error_of([] { code_of_target(1, {}, "flat.tsv"); }), HasSubstr("flat.tsv: the target cannot be learnt (it has 1 distinct"));
    EXPECT_THAT(error_of([] { code_of_target(3, TaskKind::binary, "t"); }), HasSubstr("cannot be binary (it has 3 distinct"));
    EXPECT_THAT(error_of([] { code_of_target(5000, TaskKind::classification, "t"); }), HasSubstr("at most 4096"));
    EXPECT_THAT(error_of([] { parse_task("clustering"); }), HasSubstr("known: auto, regression, binary, classification"));
}

TEST(Targets, AContinuousTargetIsScaledToItsRange)
{
    std::string text = "x\ttarget\n";
    for (int i = 0; i < 41; ++i)
        text += std::to_string(i) + "\t" + std::to_string(100 + i) + "\n";
    auto const data = encode(parse_tsv(text, "line.tsv"), std::nullopt, "line");
    EXPECT_EQ(data.task, TaskKind::regression);
    ASSERT_EQ(data.targets.size(), 41u);
    EXPECT_EQ(data.targets[0], 0.f);
    EXPECT_EQ(data.targets[10], 0.25f);
    EXPECT_EQ(data.targets[40], 1.f);
}

TEST(Targets, SatelliteByHandIsOneHotOfTheSixCodes)
{
    // The codes 1, 2, 3, 4, 5, 7 skip 6; the place in the row is the rank, not the code.
    auto const table = parse_tsv("x\ttarget\n1\t7.0\n2\t1.0\n3\t2.0\n4\t3.0\n5\t4.0\n6\t5.0\n", "s");
    auto const data = encode(table, TaskKind::regression, "s");
    ASSERT_EQ(data.outputs, 6);
    EXPECT_THAT(std::vector<float>(data.targets.begin(), data.targets.begin() + 12), ElementsAreArray({0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0}));
}

TEST(Images, PixelsAreDividedBy255AndDarkColumnsAreKept)
{
    Images images;
    images.count = 3;
    images.pixels = 2;
    images.bytes = {'\0', '\0', '\0', '\x33', '\0', '\xff'};
    images.labels = {9, 4, 0};
    auto const data = encode(images, std::nullopt, "i");
    EXPECT_EQ(data.features, 2);
    EXPECT_THAT(data.inputs, ElementsAre(0.f, 0.f, 0.f, 0.2f, 0.f, 1.f));
    EXPECT_THAT(data.targets, ElementsAre(0, 0, 1, 0, 1, 0, 1, 0, 0));
}
}  // namespace
