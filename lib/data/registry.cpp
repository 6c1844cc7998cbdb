// The published data sets of the study, and what stands beside them: facts, files, checksums, addresses.
#include "data/registry.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace ghee::data {

namespace {
using enum TaskKind;
using std::string;

RegisteredFile pmlb(string const& name, char const* sha256, std::int64_t bytes)
{
    return {name + ".tsv.gz", sha256, bytes, "https://github.com/EpistasisLab/pmlb/raw/master/datasets/" + name + "/" + name + ".tsv.gz"};
}

RegisteredFile mnist(string const& name, char const* sha256, std::int64_t bytes)
{
    return {"mnist/" + name, sha256, bytes, "https://ossci-datasets.s3.amazonaws.com/mnist/" + name};
}

/// The version the study used; PMLB replaced the file in October 2022, so its last release before that is the address.
RegisteredFile pmlb_release(string const& name, char const* sha256, std::int64_t bytes)
{
    return {name + ".tsv.gz", sha256, bytes, "https://github.com/EpistasisLab/pmlb/raw/v1.0.1.post3/datasets/" + name + "/" + name + ".tsv.gz"};
}

/// Ships with ghee only, so it has no address.
RegisteredFile excerpt(string const& name, char const* sha256, std::int64_t bytes) { return {"mnist_excerpt/" + name, sha256, bytes, ""}; }

/// One of CIFAR-10's six files; all come out of one archive.
RegisteredFile cifar10(string const& name, char const* sha256) { return {"cifar10/" + name, sha256, 30'730'000, ""}; }

std::vector<Registered> make_registry()
{
    // Rows, raw features, encoded inputs, distinct targets, the study's task. Source: PMLB's metadata and BUTTER-E's table.
    std::vector<Registered> list;
    auto const add =
        [&](string name, Layout layout, std::int64_t rows, int raw, int inputs, int distinct, TaskKind task, std::vector<RegisteredFile> files)
    { list.push_back({std::move(name), layout, rows, raw, inputs, distinct, task, std::move(files), std::nullopt}); };
    add("201_pol", Layout::tsv, 15000, 48, 26, 11, classification,
        {pmlb("201_pol", "bfd1b9c6e5f6314f6ddfc285ace11381570ad688c6c857562c3155a4e478530d", 231185)});
    add("294_satellite_image", Layout::tsv, 6435, 36, 36, 6, regression,
        {pmlb("294_satellite_image", "4a65cdd640642af2c5d3c6a53b61e563156feb14bd26486dc9d5f47140c0690f", 108154)});
    add("505_tecator", Layout::tsv, 240, 124, 124, 157, regression,
        {pmlb("505_tecator", "4a2bfb8dd7b1b617c1d7ffe8ae85a3dade9178e5d5dd6aa049189843321e1ff3", 224993)});
    add("529_pollen", Layout::tsv, 3848, 4, 4, 3784, regression,
        {pmlb("529_pollen", "2e9414f0216e75296ba4211c567dd8a60d269273b38f8e00bd8fea3a37d2e654", 134956)});
    add("537_houses", Layout::tsv, 20640, 8, 8, 3842, regression,
        {pmlb("537_houses", "d383fd58bb79760ffaf0b615942fd47d926a19e75a8f980b79fbe9ad479d9cbf", 504222)});
    add("adult", Layout::tsv, 48842, 14, 81, 2, binary, {pmlb("adult", "fb8bc76eafa39558b6044907f23416faf99099cefb8afd06a2cf5afbdae1b506", 497131)});
    add("banana", Layout::tsv, 5300, 2, 2, 2, regression,
        {pmlb_release("banana", "f3ade821f9a0caebdd8b244319e66932c4b453ade027f42f86ed8ea1a50251ba", 26310)});
    add("connect_4", Layout::tsv, 67557, 42, 126, 3, classification,
        {pmlb("connect_4", "e283074e1123d23361332bd83414c172640d2596fc076d1e20e8f4a64a658137", 309513)});
    add("mnist", Layout::idx, 70000, 784, 784, 10, classification,
        {mnist("train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9912422),
         mnist("train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28881),
         mnist("t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1648877),
         mnist("t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4542)});
    add("nursery", Layout::tsv, 12958, 8, 26, 4, classification,
        {pmlb("nursery", "5e56c09fc2c6a983c031879fe7de5fc945c44db2ca65f10fc5f5b6fc770489ff", 32162)});
    add("sleep", Layout::tsv, 105908, 13, 141, 5, classification,
        {pmlb("sleep", "da326113ba8074a5931eb92db0c9acbe8a0ffff62aa916b11a761bdef11231ce", 872154)});
    add("splice", Layout::tsv, 3188, 60, 287, 3, classification,
        {pmlb("splice", "30f7c126059de9f5962c41bbfbdee2926ea9432e4d620930ce6db79a43885510", 69522)});
    add("wine_quality_white", Layout::tsv, 4898, 11, 11, 7, classification,
        {pmlb("wine_quality_white", "0d39f17afc3a1712bd6c460aa941aed7835b3feb142538adfdd31ddc2451d60d", 70816)});
    // Not of the study: the first images of MNIST, small enough to ship, so that images work without a network.
    add("mnist_excerpt", Layout::idx, 2500, 784, 784, 10, classification,
        {excerpt("first-2000-train-images-idx3-ubyte.gz", "750662c1088380a463030e0667f3f588c04b64ce0b94db052d91efbf11281c49", 319616),
         excerpt("first-2000-train-labels-idx1-ubyte.gz", "7f4b553342b6b128aa996290b81805c7b344e662af569cd8aeaded8e599a38c8", 1023),
         excerpt("first-500-t10k-images-idx3-ubyte.gz", "4fb033ac49621ffb23557df5d81c082c8a56336b3b76ce845c0ddcaaaec299e2", 76990),
         excerpt("first-500-t10k-labels-idx1-ubyte.gz", "58f68b157d53451c304c693c10fc827d368b4cd0cbe53b39acf5e507818d59ba", 276)});
    // For the Power-of-Training campaign. Only the archive has a published checksum beside that of the first batch.
    add("cifar10", Layout::cifar10, 60000, 3072, 3072, 10, classification,
        {cifar10("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"), cifar10("data_batch_2.bin", ""),
         cifar10("data_batch_3.bin", ""), cifar10("data_batch_4.bin", ""), cifar10("data_batch_5.bin", ""), cifar10("test_batch.bin", "")});
    list.back().archive = RegisteredFile{"cifar-10-binary.tar.gz", "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", 170'052'171,
                                         "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"};
    return list;
}
}  // namespace

std::span<Registered const> registry()
{
    static std::vector<Registered> const list = make_registry();
    return list;
}

Registered const* find_registered(std::string_view name)
{
    auto const all = registry();
    auto const found = std::find_if(all.begin(), all.end(), [&](Registered const& entry) { return entry.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::string registered_names()
{
    std::string text;
    for (auto const& entry : registry())
        text += (text.empty() ? "" : ", ") + entry.name;
    return text;
}

}  // namespace ghee::data
