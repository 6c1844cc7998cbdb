// A real meter's log against the figure that was published from it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "traces.hpp"

namespace ghee::energy::test {
namespace {

/// Seconds of the day of "07-25-2024 18:34:36.062"; the log lies within one day.
double seconds_of(std::string const& stamp)
{
    return 3600.0 * std::stod(stamp.substr(11, 2)) + 60.0 * std::stod(stamp.substr(14, 2)) + std::stod(stamp.substr(17));
}

Trace ptdaemon_log(std::string const& path)
{
    std::ifstream file(path);
    Trace trace;
    trace.channel.name = "node";
    trace.channel.kind = ChannelKind::gauge;
    trace.channel.period = Seconds(1.0);
    trace.channel.resolution = 1.0;
    GaugeSeries series;
    for (std::string line; std::getline(file, line);)
    {
        auto const watts = line.find(",Watts,");
        series.at.push_back(at(seconds_of(line.substr(5, watts - 5))));
        series.power.emplace_back(std::stod(line.substr(watts + 7)));
    }
    trace.series = series;
    return trace;
}

class RealTrace : public ::testing::Test
{
  protected:
    Trace const trace = ptdaemon_log(GHEE_FIXTURES "/ptdaemon/r760_resnet_server.spl.txt");
    Window const measured = window(seconds_of("07-25-2024 18:34:36.062"), seconds_of("07-25-2024 18:44:36.963"));
    static constexpr double published_w = 985.5191347754;
};

TEST_F(RealTrace, TheMeanOfTheSamplesInsideIsThePublishedFigure)
{
    auto const& series = std::get<GaugeSeries>(trace.series);
    double sum = 0.0;
    int count = 0;
    for (std::size_t i = 0; i < series.at.size(); ++i)
    {
        if (series.at[i] > measured.begin && series.at[i] < measured.end && series.power[i].value() > 0.0)
        {
            sum += series.power[i].value();
            ++count;
        }
    }
    EXPECT_EQ(count, 601);
    EXPECT_NEAR(sum / count, published_w, 1e-9);
    EXPECT_EQ(integrate(trace, measured).samples, count);
}

TEST_F(RealTrace, TheIntegralOverTheExactWindowAgreesWithinItsUncertainty)
{
    Integral const integral = integrate(trace, measured);
    double const published_j = published_w * measured.duration().count();
    EXPECT_NEAR(integral.coverage, 1.0, 1e-12);
    EXPECT_LT(std::abs(integral.energy.value() - published_j), 2.0 * integral.uncertainty.value());
    EXPECT_LT(integral.uncertainty.value(), 0.001 * published_j);
    RecordProperty("integral_j", std::to_string(integral.energy.value()));
    RecordProperty("uncertainty_j", std::to_string(integral.uncertainty.value()));
    RecordProperty("published_j", std::to_string(published_j));
}

TEST_F(RealTrace, LeavingOutSamplesStaysWithinTheLargerUncertainty)
{
    Integral const fine = integrate(trace, measured);
    for (std::size_t const keep : {2u, 5u, 10u, 30u})
    {
        Trace coarse = trace;
        auto const& from = std::get<GaugeSeries>(trace.series);
        GaugeSeries to;
        for (std::size_t i = 0; i < from.at.size(); i += keep)
        {
            to.at.push_back(from.at[i]);
            to.power.push_back(from.power[i]);
        }
        coarse.series = to;
        coarse.channel.period = Seconds(static_cast<double>(keep));
        Integral const sparse = integrate(coarse, measured);
        EXPECT_LT(std::abs((sparse.energy - fine.energy).value()), 2.0 * sparse.uncertainty.value()) << keep;
    }
}

}  // namespace
}  // namespace ghee::energy::test
