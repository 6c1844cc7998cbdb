// Names, paths, the search order and what is said when a data set is not here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/dataset.hpp"
#include "data/environment.hpp"
#include "data/file_bytes.hpp"
#include "data/locate.hpp"
#include "data/packing.hpp"

namespace {
using namespace ghee;
using namespace ghee::data;
using ghee::data::test::error_of;
using ghee::data::test::Folder;
using ghee::data::test::packed;
using ghee::data::test::Variable;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string const shipped = GHEE_SHIPPED_DATA;

TEST(Search, NamedFolderThenShippedThenTheUsers)
{
    Folder const named, own;
    Variable const data("GHEE_DATA", named.path()), xdg("XDG_DATA_HOME", own.path());
    EXPECT_THAT(search_folders(), ElementsAre(named.path(), shipped, own / "ghee"));
    EXPECT_EQ(fetch_folder(), named.path());
    Variable const unset("GHEE_DATA", std::nullopt);
    EXPECT_THAT(search_folders(), ElementsAre(shipped, own / "ghee"));
    EXPECT_EQ(fetch_folder(), own / "ghee");
    Variable const no_xdg("XDG_DATA_HOME", std::nullopt), home("HOME", "/home/someone");
    EXPECT_THAT(search_folders(), ElementsAre(shipped, "/home/someone/.local/share/ghee"));
    Variable const no_home("HOME", std::nullopt);
    EXPECT_THAT(search_folders(), ElementsAre(shipped));
    EXPECT_THAT(error_of([] { (void)fetch_folder(); }), HasSubstr("set GHEE_DATA to a folder"));
}

TEST(Search, PackedAndUnpackedFormsAreBothFound)
{
    Folder const folder;
    test::write(folder / "sleep.tsv", "x");
    test::write(folder / "cifar10/data_batch_1.bin.gz", "x");
    EXPECT_EQ(find_file("sleep.tsv.gz", {folder.path()}), folder / "sleep.tsv");
    EXPECT_EQ(find_file("cifar10/data_batch_1.bin", {folder.path()}), folder / "cifar10/data_batch_1.bin.gz");
    EXPECT_EQ(find_file("adult.tsv.gz", {folder.path()}), std::nullopt);
}

TEST(Load, WhatIsAbsentSaysWhereItWasLookedForAndHowToGetIt)
{
    Folder const named, own;
    Variable const data("GHEE_DATA", (named / "typo").string()), xdg("XDG_DATA_HOME", own.path());
    EXPECT_THAT(error_of([] { load_dataset("mnist"); }),
                AllOf(HasSubstr("data set 'mnist' is not here"), HasSubstr("mnist/train-images-idx3-ubyte.gz"), HasSubstr(shipped),
                      HasSubstr((named / "typo").string() + " [no such folder]"), HasSubstr((own / "ghee").string()),
                      HasSubstr("run 'ghee data fetch mnist'")));
    EXPECT_EQ(facts_of("mnist").rows, 70000);
}

TEST(Load, AnUnknownNameIsAnsweredWithTheKnownOnes)
{
    EXPECT_THAT(error_of([] { load_dataset("mnits"); }), AllOf(HasSubstr("'mnits' is not a data set"), HasSubstr("201_pol"), HasSubstr("mnist")));
    EXPECT_THAT(error_of([] { facts_of("mnits"); }), HasSubstr("is not a data set"));
    EXPECT_THAT(error_of([] { load_dataset("./none.tsv"); }), HasSubstr("./none.tsv: cannot be opened"));
    EXPECT_THAT(error_of([] { load_dataset("sleep", "clusters"); }), HasSubstr("'clusters' is not a task"));
}

TEST(Load, AFileByItsPathHasItsTaskInferredOrNamed)
{
    Folder const folder;
    test::write(folder / "own.tsv.gz", packed("x\ttarget\ty\n1\t0\t5\n2\t1\t5\n3\t2\t5\n4\t0\t5\n"));
    auto const path = (folder / "own.tsv.gz").string();
    auto const data = load_dataset(path);
    EXPECT_EQ(data.name, path);
    EXPECT_EQ(data.task, TaskKind::classification);
    EXPECT_TRUE(data.task_inferred);
    EXPECT_EQ(data.features, 4);  // the constant y is dropped
    auto const named = load_dataset(path, "regression");
    EXPECT_EQ(named.loss, Loss::mse);
    EXPECT_FALSE(named.task_inferred);
    auto const facts = facts_of(path);
    EXPECT_EQ(facts.rows, 4);
    EXPECT_EQ(facts.raw_features, 2);
    EXPECT_EQ(facts.inputs, 4);
    EXPECT_EQ(facts.outputs, 3);
    EXPECT_EQ(facts.task, TaskKind::classification);
}

TEST(Load, ATaskMayBeNamedForARegisteredSetAndFactsAgreeWithTheData)
{
    Variable const unset("GHEE_DATA", std::nullopt);
    for (std::string const name : {"banana", "294_satellite_image", "505_tecator", "nursery"})
        for (std::string const task : {"auto", "regression", "classification"})
        {
            auto const facts = facts_of(name, task);
            auto const data = load_dataset(name, task);
            EXPECT_EQ(facts.outputs, data.outputs) << name << " " << task;
            EXPECT_EQ(facts.inputs, data.features) << name << " " << task;
            EXPECT_EQ(facts.task, data.task) << name << " " << task;
            EXPECT_EQ(facts.loss, data.loss) << name << " " << task;
        }
    EXPECT_EQ(load_dataset("banana", "binary").loss, Loss::binary_cross_entropy);
    EXPECT_THAT(error_of([] { load_dataset("nursery", "binary"); }), HasSubstr("nursery: the target cannot be binary (it has 4"));
}

TEST(Load, AnotherFileUnderAPublishedNameIsRefused)
{
    Folder const folder;
    Variable const data("GHEE_DATA", folder.path());
    test::write(folder / "banana.tsv.gz", packed("At1\tAt2\ttarget\n1\t2\t1\n3\t4\t-1\n"));
    EXPECT_THAT(error_of([] { load_dataset("banana"); }), AllOf(HasSubstr((folder / "banana.tsv.gz").string() + ": not the published banana"),
                                                                HasSubstr("2 rows, 5300 expected"), HasSubstr("ghee data verify banana")));
}

TEST(Load, KnownCellsOfRealFilesAreWhereTheyBelong)
{
    Variable const unset("GHEE_DATA", std::nullopt);
    // banana, first rows: 1.14 -0.114 -1 and -1.52 -1.15 1; ranges -3.09 .. 2.81 and -2.39 .. 3.19.
    auto const banana = load_dataset("banana");
    EXPECT_NEAR(banana.inputs[0], 0.7169491648674011, 1e-6);
    EXPECT_NEAR(banana.inputs[3], 0.2222222238779068, 1e-6);
    EXPECT_EQ(banana.targets[0], 0.f);
    EXPECT_EQ(banana.targets[1], 1.f);
    // sleep, all of it, weighed so that any cell out of place shows; computed with pandas from the same file.
    auto const sleep = load_dataset("sleep");
    double weighed = 0, weighed_targets = 0;
    for (std::size_t i = 0; i < sleep.inputs.size(); ++i)
        weighed += sleep.inputs[i] * static_cast<double>(i % 1009);
    for (std::size_t i = 0; i < sleep.targets.size(); ++i)
        weighed_targets += sleep.targets[i] * static_cast<double>(i % 1009);
    EXPECT_NEAR(weighed / 693910232.0, 1, 1e-7);
    EXPECT_EQ(weighed_targets, 53368591.0);
}

TEST(Load, TheExcerptOfMnistIsItsFirstImages)
{
    Variable const unset("GHEE_DATA", std::nullopt);
    auto const data = load_dataset("mnist_excerpt");
    EXPECT_EQ(data.rows, 2500);
    EXPECT_EQ(data.features, 784);
    // The first training labels are 5, 0, 4, 1, 9; the first test labels 7, 2, 1, 0, 4.
    auto const label = [&](std::size_t row)
    {
        auto const begin = data.targets.begin() + static_cast<std::ptrdiff_t>(10 * row);
        return std::max_element(begin, begin + 10) - begin;
    };
    EXPECT_THAT((std::vector{label(0), label(1), label(2), label(3), label(4)}), ElementsAre(5, 0, 4, 1, 9));
    EXPECT_THAT((std::vector{label(2000), label(2001), label(2002), label(2003), label(2004)}), ElementsAre(7, 2, 1, 0, 4));
    EXPECT_EQ(data.inputs[5 * 28 + 12], 3.f / 255.f);  // the first lit pixel of the first image
}

TEST(Cifar10, BatchesThatAreHereAreRowsAndTheFactsSaySo)
{
    Folder const folder, own;
    Variable const data("GHEE_DATA", folder.path()), xdg("XDG_DATA_HOME", own.path());
    EXPECT_EQ(facts_of("cifar10").rows, 60000);
    EXPECT_THAT(error_of([] { load_dataset("cifar10"); }), HasSubstr("run 'ghee data fetch cifar10'"));
    // One hundred real records are no batch: the published name is refused to them.
    std::filesystem::create_directories(folder / "cifar10");
    std::filesystem::copy_file(GHEE_FIXTURES "/data/cifar10_first_100.bin.gz", folder / "cifar10/data_batch_2.bin.gz");
    EXPECT_THAT(error_of([] { load_dataset("cifar10"); }), HasSubstr("100 rows, 10000 expected"));
    // A hundred times the hundred is one of the right length.
    auto const records = read_unpacked(GHEE_FIXTURES "/data/cifar10_first_100.bin.gz");
    std::string batch;
    for (int i = 0; i < 100; ++i)
        batch += records;
    test::write(folder / "cifar10/data_batch_2.bin", batch);
    EXPECT_EQ(facts_of("cifar10").rows, 10000);
    auto const loaded = load_dataset("cifar10");
    EXPECT_EQ(loaded.rows, 10000);
    EXPECT_EQ(loaded.features, 3072);
    EXPECT_EQ(loaded.outputs, 10);
    EXPECT_EQ(loaded.task, TaskKind::classification);
}
}  // namespace
