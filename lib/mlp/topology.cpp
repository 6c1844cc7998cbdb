// The study's topology generator.
#include "mlp/topology.hpp"
