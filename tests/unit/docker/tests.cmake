flowyard_room_tests(docker_client LIBS docker_client
  SOURCES docker/client/address_test.cpp docker/client/build_output_test.cpp docker/client/engine_time_test.cpp
          docker/client/errors_test.cpp docker/client/log_frames_test.cpp docker/client/pull_test.cpp
          docker/client/query_test.cpp
          docker/client/settings_applied_test.cpp docker/client/version_test.cpp)
