"""Golden file of the raw maps of pytorch-grad-cam and torchcam for published networks on stored photographs.

    python published_maps.py ../../../shared/weights

Both libraries bring maps to 0 … 1 and enlarge them; what is kept here is what they make before that, on the grid of
the feature map. Eigen-CAM's sign is arbitrary there. Neither has Score-CAM's masks as the paper does, enlarged first and
then brought to 0 … 1, so that its map is made here.
"""

import sys
from importlib.metadata import version
from pathlib import Path

import timm
import torch
import torchvision
from golden import save
from pytorch_grad_cam import (AblationCAM, EigenCAM, EigenGradCAM, GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM,
                              XGradCAM)
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget, ClassifierOutputSoftmaxTarget
from safetensors.torch import load_file
from torchcam import methods as torchcam

WEIGHTS = Path(sys.argv[1] if len(sys.argv) > 1 else "../../../shared/weights")
SHARED = [GradCAM, HiResCAM, LayerCAM, EigenCAM, EigenGradCAM]
RECTIFIED = [GradCAMPlusPlus, XGradCAM]
NAMES = {GradCAM: "grad-cam", HiResCAM: "hires-cam", LayerCAM: "layer-cam", EigenCAM: "eigen-cam",
         EigenGradCAM: "eigen-grad-cam", GradCAMPlusPlus: "grad-cam-plus-plus", XGradCAM: "xgrad-cam"}


def tokens(output):
    return output[:, 1:].reshape(1, 14, 14, -1).permute(0, 3, 1, 2)


def raw(method, model, layer, image, target, reshape=None):
    """What the library makes of activations and gradients, before it rectifies, scales and enlarges."""
    found = []
    with method(model=model, target_layers=[layer], reshape_transform=reshape) as cam:
        made = cam.get_cam_image
        cam.get_cam_image = lambda *arguments: found.append(made(*arguments)) or found[-1]
        cam(input_tensor=image, targets=[target])
    return torch.from_numpy(found[0][0]).float()


@torch.no_grad()
def score_cam(model, image, best):
    """Masks are enlarged channels, brought to 0 … 1; weights the softmax of the scores of what they leave."""
    activation = model.features(image)
    masks = torch.nn.functional.interpolate(activation, image.shape[2:], mode="bilinear", align_corners=False)[0]
    low, high = masks.amin((1, 2), keepdim=True), masks.amax((1, 2), keepdim=True)
    kept = (high > low)[:, 0, 0]
    masks = ((masks - low) / (high - low))[kept]
    scores = torch.cat([model(image * part[:, None])[:, best] for part in masks.split(16)])
    return (scores.softmax(0)[:, None, None] * activation[0][kept]).sum(0)


def main():
    squeeze = torchvision.models.squeezenet1_1(weights=None)
    mobile = torchvision.models.mobilenet_v2(weights=None)
    deit = timm.create_model("deit_tiny_patch16_224")
    networks = [
        ("squeezenet1_1", squeeze, squeeze.features[12], None, SHARED + RECTIFIED),
        ("mobilenet_v2_tf_dequant", mobile, mobile.features[18], None, SHARED + RECTIFIED),
        ("deit_tiny_patch16_224", deit, deit.blocks[10], tokens, SHARED),
    ]
    table = {}
    for name, model, layer, reshape, methods in networks:
        model.load_state_dict(load_file(WEIGHTS / f"{name}.safetensors"), strict=False)
        model.eval()
        stored = load_file(WEIGHTS / "reference" / f"{name}.reference.safetensors")
        for number in (0, 1):
            image = stored[f"input.{number}"][None]
            best = model(image)[0].argmax().item()
            table[f"{name}/{number}/class"] = torch.tensor([float(best)])
            for method in methods:
                key = f"{name}/{number}/{NAMES[method]}"
                table[key] = raw(method, model, layer, image, ClassifierOutputTarget(best), reshape)
            table[f"{name}/{number}/softmax"] = raw(
                LayerCAM, model, layer, image, ClassifierOutputSoftmaxTarget(best), reshape)
        if name != "squeezenet1_1":
            continue
        small = stored["input.0"][None, :, 64:160, 64:160]
        best = model(small)[0].argmax().item()
        table["small/class"] = torch.tensor([float(best)])
        table["small/ablation-cam"] = raw(AblationCAM, model, layer, small, ClassifierOutputTarget(best))
        table["small/score-cam"] = score_cam(model, small, best)
        with torchcam.FinerCAM(model, layer) as extractor:
            table["small/finer-cam"] = extractor(best, model(small), normalized=False)[0][0]
    save("published_maps", table, **{"grad-cam": version("grad-cam"), "torchcam": version("torchcam"),
                                     "timm": timm.__version__, "torchvision": torchvision.__version__})


if __name__ == "__main__":
    main()
