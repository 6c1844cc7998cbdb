// What ghee knows of the published data sets before it has their files.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"

namespace ghee::data {

enum class Layout { tsv, idx, cifar10 };

struct RegisteredFile
{
    std::string path;    ///< below a data folder, as published (packed or not)
    std::string sha256;  ///< of the file as published, 64 lower-case digits; empty where none is known
    std::int64_t bytes = 0;
    std::string address;  ///< empty where it cannot be downloaded by itself
};

struct Registered
{
    std::string name;
    Layout layout = Layout::tsv;
    std::int64_t rows = 0;
    int raw_features = 0;
    int inputs = 0;  ///< encoded
    int distinct_targets = 0;
    TaskKind task = TaskKind::regression;  ///< as the study runs it
    /// idx: images, labels, images, labels; their rows follow each other. cifar10: whichever of the batches are here.
    std::vector<RegisteredFile> files;
    /// A gzipped tar that holds `files` under their last names, where they are published so.
    std::optional<RegisteredFile> archive;
};

/// The 13 data sets of the study in its order, then mnist_excerpt and cifar10.
std::span<Registered const> registry();

/// Null where the name is not registered.
Registered const* find_registered(std::string_view name);

/// All names, comma separated, for messages.
std::string registered_names();

}  // namespace ghee::data
