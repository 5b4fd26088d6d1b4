#include "CEmbedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char models_yaml[] = {
#embed "models.yaml"
};

static const unsigned char wavespeed_yaml[] = {
#embed "wavespeed.yaml"
};

static const unsigned char qwen_proxy_yaml[] = {
#embed "qwen-proxy.yaml"
};

static const unsigned char watch_yaml[] = {
#embed "../../watch.yaml"
};

const unsigned char *renderdrop_models_yaml(size_t *length) {
  *length = sizeof models_yaml;
  return models_yaml;
}

const unsigned char *renderdrop_wavespeed_yaml(size_t *length) {
  *length = sizeof wavespeed_yaml;
  return wavespeed_yaml;
}

const unsigned char *renderdrop_qwen_proxy_yaml(size_t *length) {
  *length = sizeof qwen_proxy_yaml;
  return qwen_proxy_yaml;
}

const unsigned char *renderdrop_watch_yaml(size_t *length) {
  *length = sizeof watch_yaml;
  return watch_yaml;
}

/* The samples that `renderdrop demo` drops. */
static const unsigned char paper_lighthouse_yaml[] = {
#embed "../../samples/paper-lighthouse.yaml"
};

static const unsigned char orange_cat_yaml[] = {
#embed "../../samples/orange-cat.yaml"
};

static const unsigned char tin_robot_yaml[] = {
#embed "../../samples/tin-robot.yaml"
};

static const unsigned char red_hat_yaml[] = {
#embed "../../samples/providers/red-hat.yaml"
};

static const unsigned char red_kite_yaml[] = {
#embed "../../samples/providers/red-kite.yaml"
};

static const unsigned char broken_yaml[] = {
#embed "../../samples/broken.yaml"
};

static const unsigned char cat_jpg[] = {
#embed "../../samples/photos/cat.jpg"
};

const unsigned char *renderdrop_red_hat_yaml(size_t *length) {
  *length = sizeof red_hat_yaml;
  return red_hat_yaml;
}

const unsigned char *renderdrop_red_kite_yaml(size_t *length) {
  *length = sizeof red_kite_yaml;
  return red_kite_yaml;
}

const unsigned char *renderdrop_paper_lighthouse_yaml(size_t *length) {
  *length = sizeof paper_lighthouse_yaml;
  return paper_lighthouse_yaml;
}

const unsigned char *renderdrop_orange_cat_yaml(size_t *length) {
  *length = sizeof orange_cat_yaml;
  return orange_cat_yaml;
}

const unsigned char *renderdrop_tin_robot_yaml(size_t *length) {
  *length = sizeof tin_robot_yaml;
  return tin_robot_yaml;
}

const unsigned char *renderdrop_broken_yaml(size_t *length) {
  *length = sizeof broken_yaml;
  return broken_yaml;
}

const unsigned char *renderdrop_cat_jpg(size_t *length) {
  *length = sizeof cat_jpg;
  return cat_jpg;
}
