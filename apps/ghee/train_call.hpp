// What a command line of `ghee train` asks for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "train/training.hpp"

namespace ghee::app {

struct TrainCall
{
    train::Request request;
    bool json = false;
};

/// Nothing: help was asked for and printed. Throws UsageError.
std::optional<TrainCall> parse_train(std::vector<std::string> const& arguments);

}  // namespace ghee::app
