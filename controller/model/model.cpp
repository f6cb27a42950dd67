#include "controller/model/model.hpp"

namespace flowyard::controller::model {

FileLocation source_location(const Model& model, SourceLocation location) {
  const auto file = static_cast<std::size_t>(location.file);
  return {.file = location.file >= 0 && file < model.files.size() ? model.files[file] : std::string(),
          .line = location.line,
          .column = location.column};
}

}  // namespace flowyard::controller::model
