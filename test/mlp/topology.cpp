// Topologies are the study's own, cell by cell.
#include "mlp/topology.hpp"

#include <chrono>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;
using Widths = std::vector<int>;

struct Reference
{
    Shape shape;
    std::int64_t size;
    int depth, inputs, outputs;
    Widths widths;
    std::int64_t parameters;
};

std::vector<Reference> read_reference()
{
    std::ifstream file(GHEE_FIXTURES "/reference/butter_widths.csv");
    std::vector<Reference> rows;
    std::string line;
    std::getline(file, line);
    EXPECT_EQ(line, "shape,size,depth,inputs,outputs,widths,actual_params");
    while (std::getline(file, line))
    {
        std::istringstream fields(line);
        auto const next = [&]
        {
            std::string field;
            std::getline(fields, field, ',');
            return field;
        };
        Reference row;
        row.shape = parse_name<Shape>(next());
        row.size = std::stoll(next());
        row.depth = std::stoi(next());
        row.inputs = std::stoi(next());
        row.outputs = std::stoi(next());
        std::istringstream widths(next());
        for (int width; widths >> width;)
            row.widths.push_back(width);
        row.parameters = std::stoll(next());
        rows.push_back(row);
    }
    return rows;
}

TEST(Topology, IsTheAuthorsOwnInEveryRowOfTheirTable)
{
    auto const rows = read_reference();
    ASSERT_EQ(rows.size(), 100u);
    for (auto const& row : rows)
    {
        auto const found = find_topology(row.shape, row.size, row.depth, row.inputs, row.outputs);
        std::string const cell = std::string(name_of(row.shape)) + " " + std::to_string(row.size) + " " + std::to_string(row.depth);
        EXPECT_EQ(found.widths, row.widths) << cell;
        EXPECT_EQ(found.parameters, row.parameters) << cell;
    }
}

TEST(Topology, AgreesWithThePublishedExamples)
{
    auto const small = find_topology(Shape::rectangle, 128, 2, 26, 11);
    EXPECT_EQ(small.widths, (Widths{3, 11}));
    EXPECT_EQ(small.parameters, 125);
    EXPECT_DOUBLE_EQ(small.size_error, 3.0 / 128);

    auto const exponential = find_topology(Shape::exponential, 512, 3, 26, 11);
    EXPECT_EQ(exponential.widths, (Widths{11, 11, 11}));
    EXPECT_EQ(exponential.parameters, 561);

    std::map<int, std::pair<int, std::int64_t>> const large{
        {16, {141, 65435}}, {21, {829, 2095723}}, {22, {1176, 4197155}}, {23, {1665, 8384951}}, {24, {2358, 16777181}}};
    for (auto const& [power, expected] : large)
    {
        auto const found = find_topology(Shape::rectangle, std::int64_t{1} << power, 5, 26, 11);
        EXPECT_EQ(found.widths.front(), expected.first) << "2^" << power;
        EXPECT_EQ(found.parameters, expected.second) << "2^" << power;
    }
}

TEST(Topology, AcceptsAsManyCellsOfEachDataSetAsTheStudyAndAllOfThemFast)
{
    struct DataSet
    {
        char const* name;
        int inputs, outputs, accepted;
    };
    DataSet const data_sets[] = {{"201_pol", 26, 11, 1979},
                                 {"294_satellite_image", 36, 6, 2014},
                                 {"505_tecator", 124, 1, 1977},
                                 {"529_pollen", 4, 1, 2175},
                                 {"537_houses", 8, 1, 2169},
                                 {"adult", 81, 1, 1935},
                                 {"banana", 2, 1, 2174},
                                 {"connect_4", 126, 3, 1938},
                                 {"mnist", 784, 10, 1576},
                                 {"nursery", 26, 4, 2058},
                                 {"sleep", 141, 5, 1819},
                                 {"splice", 287, 3, 1788},
                                 {"wine_quality_white", 11, 7, 2083}};
    Shape const shapes[] = {Shape::rectangle,     Shape::trapezoid,     Shape::exponential,    Shape::wide_first_2x,
                            Shape::wide_first_4x, Shape::wide_first_8x, Shape::wide_first_16x, Shape::rectangle_residual};
    int const depths[] = {2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20};

    auto const begin = std::chrono::steady_clock::now();
    int cells = 0, total = 0;
    for (auto const& set : data_sets)
    {
        int accepted = 0;
        for (Shape shape : shapes)
            for (int power = 5; power <= 24; ++power)
                for (int depth : depths)
                {
                    accepted += find_topology(shape, std::int64_t{1} << power, depth, set.inputs, set.outputs).size_error <= 0.20;
                    ++cells;
                }
        EXPECT_EQ(accepted, set.accepted) << set.name;
        total += accepted;
    }
    std::chrono::duration<double> const taken = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(cells, 29120);
    EXPECT_EQ(total, 25685);
    RecordProperty("seconds", std::to_string(taken.count()));
    // Some 40 ms on an idle core; the bound is wide for sanitizers and busy machines.
    EXPECT_LT(taken.count(), 5.0);
}

TEST(Topology, OfEveryShapeIsTheSameAtDepthTwo)
{
    for (std::size_t i = 0; i < Names<Shape>::names.size(); ++i)
        EXPECT_EQ(widths_of(static_cast<Shape>(i), 37, 2, 5), (Widths{37, 5})) << Names<Shape>::names[i];
}

TEST(Topology, RoundsHalvesToEven)
{
    EXPECT_EQ(widths_of(Shape::wide_first_2x, 5, 3, 1), (Widths{5, 2, 1}));
    EXPECT_EQ(widths_of(Shape::wide_first_2x, 7, 3, 1), (Widths{7, 4, 1}));
    EXPECT_EQ(widths_of(Shape::trapezoid, 4, 3, 1), (Widths{4, 2, 1}));
}

TEST(Topology, NeverNarrowsToNothing)
{
    EXPECT_EQ(widths_of(Shape::wide_first_16x, 3, 4, 2), (Widths{3, 1, 1, 2}));
    EXPECT_EQ(widths_of(Shape::exponential, 2, 4, 9), (Widths{9, 9, 9, 9}));
}

TEST(Topology, CountsNetworksBeyondSixtyFourBits)
{
    // The search starts at a first width of 2^29, where a deep rectangle has more than 2^63 parameters.
    auto const found = find_topology(Shape::rectangle, std::int64_t{1} << 40, 1000, 1, 1);
    EXPECT_LT(found.size_error, 1e-3);
    Network network;
    network.inputs = 1;
    network.widths = found.widths;
    EXPECT_EQ(network.parameters(), found.parameters);
}

TEST(Topology, RefusesWhatIsNoNetwork)
{
    EXPECT_THROW(find_topology(Shape::rectangle, 100, 1, 2, 1), UsageError);
    EXPECT_THROW(find_topology(Shape::rectangle, 0, 2, 2, 1), UsageError);
    EXPECT_THROW(find_topology(Shape::rectangle, 100, 2, 0, 1), UsageError);
    EXPECT_THROW(find_topology(Shape::rectangle, 100, 2, 2, 0), UsageError);
}
}  // namespace
