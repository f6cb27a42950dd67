#include "controller/model/model.hpp"

namespace flowyard::controller::model {

SourcePlace source_place(const Model& model, Place place) {
  const auto file = static_cast<std::size_t>(place.file);
  return {.file = place.file >= 0 && file < model.files.size() ? model.files[file] : std::string(),
          .line = place.line,
          .column = place.column};
}

}  // namespace flowyard::controller::model
