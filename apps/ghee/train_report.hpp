// What `ghee train` prints when it is done.
#pragma once

#include <string>

#include "train/training.hpp"

namespace ghee::app {

/// One JSON object (docs: the keys of `ghee train --json`), without a newline.
std::string train_json(train::Request const&, train::Report const&);

/// A short table for people.
std::string train_table(train::Request const&, train::Report const&);

}  // namespace ghee::app
