// model_listing: a Model as text, every field that is set, for golden files and for comparing models.
#pragma once

#include <string>

#include "worker/model/model.hpp"

namespace flowyard::test {

std::string listing(const worker::model::Expression& expression);
std::string listing(const worker::model::Model& model);

}  // namespace flowyard::test
