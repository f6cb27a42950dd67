// stages: the steps of simplify(), each of which changes a Model in place. Owned by simplify(); pure.
#pragma once

#include <functional>
#include <string>

#include "common/base/diagnostic_code.hpp"
#include "common/base/result.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::simplify {

// What the stages share: the model and the errors found in it.
struct Draft {
  Model model;
  Errors errors = {};

  void fail(SourceLocation location, std::string message, ErrorCode code = ErrorCode::Invalid) {
    // An array written element by element would give the same error for each.
    if (!errors.empty() && errors.back().location == source_location(model, location) &&
        errors.back().message == message)
      return;
    errors.push_back(
        {.code = code,
         .message = std::move(message),
         .location = source_location(model, location),
         .context = {},
         .diagnostic = code == ErrorCode::Limit ? DiagnosticCode::TooLarge : DiagnosticCode::Unsupported});
  }
};

void simplify_arrays(Draft& draft, Dialect target);
void simplify_tables(Draft& draft);
void simplify_calls(Draft& draft, Dialect target);
void simplify_constants(Draft& draft, Dialect target);

// Every expression of a variable, and every node of a tree from the leaves up. Trees are limited in depth.
void each_expression(Variable& variable, const std::function<void(Expression&)>& change);
void each_node(Expression& tree, const std::function<void(Expression&)>& change);

}  // namespace flowyard::controller::model::simplify
