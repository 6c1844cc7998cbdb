// Ids are stable and tell apart what differs.
#include "record/configuration.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "record/json.hpp"

namespace {
using namespace ghee;

TEST(Identity, EqualConfigurationsHaveEqualIds)
{
    Configuration a, b;
    EXPECT_EQ(config_id(a), config_id(b));
    b.batch = 32;
    EXPECT_NE(config_id(a), config_id(b));
}

TEST(Identity, AFormThatIsNotAskedForLeavesNoTrace)
{
    Configuration c;
    c.dataset = "nursery";
    c.size = 4096;
    EXPECT_FALSE(nlohmann::json(c).contains("form"));
    std::string const before_there_were_forms = "1ac3a395d01081a7";
    EXPECT_EQ(config_id(c), before_there_were_forms);
    c.form = Form::layers;
    EXPECT_EQ(nlohmann::json(c).at("form"), "layers");
    EXPECT_NE(config_id(c), before_there_were_forms);
    EXPECT_EQ(nlohmann::json(c).get<Configuration>(), c);
}

TEST(Identity, RepeatsDifferInSeedAndRunOnly)
{
    Configuration const c;
    Task const a = make_task(c, 0, 1), b = make_task(c, 1, 1), other_campaign = make_task(c, 0, 2);
    EXPECT_EQ(a.config_id, b.config_id);
    EXPECT_NE(a.run_id, b.run_id);
    EXPECT_NE(a.seed, b.seed);
    EXPECT_EQ(a.run_id, other_campaign.run_id);
    EXPECT_NE(a.seed, other_campaign.seed);
}
}  // namespace
