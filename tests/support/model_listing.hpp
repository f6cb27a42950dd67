// model_listing: a Model as text, every field that is set, for golden files and for comparing models.
#pragma once

#include <string>

#include "controller/model/model.hpp"

namespace flowyard::test {

std::string listing(const controller::model::Expression& expression);
std::string listing(const controller::model::Model& model);

}  // namespace flowyard::test
