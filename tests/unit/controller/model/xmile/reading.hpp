// What the tests of the XMILE reader share: small models around the piece that is tested.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "controller/model/xmile/read.hpp"
#include "tests/support/diagnostic_text.hpp"
#include "tests/support/model_listing.hpp"

namespace flowyard::controller::model::xmile {

inline std::string file(const std::string& variables, const std::string& before = "") {
  return "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
         "<sim_specs><start>0</start><stop>10</stop><dt>1</dt></sim_specs>\n" +
         before + "<model><variables>\n" + variables + "\n</variables></model></xmile>\n";
}

// "file:line:col code" of every error, or nothing.
inline std::string errors_of(const std::string& bytes) {
  const auto model = read(bytes, "m.xmile");
  return model ? "" : test::places_and_codes(model.error());
}

inline Model model_of(const std::string& bytes) {
  auto model = read(bytes, "m.xmile");
  EXPECT_TRUE(model) << errors_of(bytes);
  return model ? *model : Model{};
}

inline const Variable& variable(const Model& model, const std::string& key) {
  for (const Variable& found : model.variables) {
    if (found.name.key == key) return found;
  }
  ADD_FAILURE() << "no variable " << key;
  static const Variable none{.equations = {Equation{}}};
  return none;
}

// The tree of `equation`, written in XML, in a model with some arrays.
inline std::string tree(const std::string& equation) {
  const std::string dimensions =
      "<dimensions><dim name=\"Region\"><elem name=\"North\"/><elem name=\"South\"/></dim>"
      "<dim name=\"Age\" size=\"3\"/></dimensions>\n";
  const auto bytes = file("<aux name=\"x\"><eqn>" + equation + "</eqn></aux>", dimensions);
  const auto model = read(bytes, "m.xmile");
  if (!model) return errors_of(bytes);
  return test::listing(model->variables.at(0).equations.at(0).expression);
}

}  // namespace flowyard::controller::model::xmile
