#include "docker/client/build_image.hpp"

namespace flowyard::docker {

async::Task<std::string> build_image(Engine& engine, std::string tag, std::vector<TarEntry> entries,
                                     std::string dockerfile, Labels labels, Milliseconds limit) {
  TarEntry recipe;
  recipe.path = "Dockerfile";
  recipe.content = std::move(dockerfile);
  entries.push_back(std::move(recipe));
  BuildImage options;
  options.tags.push_back(std::move(tag));
  options.context = write_tar(entries);
  options.labels = std::move(labels);
  entries.clear();  // the archive holds it all; a worker's binary need not be in memory twice
  BuiltImage built = co_await engine.build_image(std::move(options), limit);
  co_return std::move(built.id);
}

}  // namespace flowyard::docker
